// What a description says, to be read: in large print, by a screen reader, on a braille display.
#pragma once

#include <string>
#include <vector>

#include "core/narration/narration.h"

namespace sightline {

enum class ScriptKind : std::uint8_t { Markdown, Html };

struct ScriptHead {
    std::string videoName;
    std::string language = "en";  // of what is said, BCP 47
};

// One thing a line and no tables, so that it reads in order: a heading for each cue with its time and number, below it
// the text. First all that is said, at the time at which it is heard; then what is not, at its cue's time, with the
// reason. Pure. The head and the reasons are in English.
std::string scriptOf(const std::vector<NarratedCue>& cues, const ScriptHead& head, ScriptKind kind);

}  // namespace sightline
