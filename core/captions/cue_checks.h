// What is wrong with cues by the rules of captioning, and the repairs that lose nothing.
//
// Where the figures come from:
// - Netflix Timed Text Style Guide, General Requirements (partnerhelp.netflixstudios.com, article 215758617): at least
//   5/6 s and at most 7 s an event, two lines, two frames between events, none across a shot change.
// - Netflix English (template) Timed Text Style Guide (backlothelp.netflix.com, article 219375728): 42 characters a
//   line, 17 characters a second for adults.
// - Netflix's timing guidelines snap an edge to a shot change that is at most 12 frames away, 0.5 s at 24 frames/s.
// - Cues that describe a picture stand as long as the picture does; a shot is described without gaps (see
//   core/scenes/cue_builder.h), so neither 7 s nor two frames of gap are asked of them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/captions/cue_edits.h"

namespace sightline {

struct CheckLimits {
    MediaTime shortest{};     // of a cue
    MediaTime longest{};      // of a cue; zero: no limit
    MediaTime leastGap{};     // between cues that do not touch
    bool touching = true;     // whether cues may follow each other without any gap
    double readingSpeed = 0;  // characters a second
    int lineLength = 0;       // characters
    int lines = 0;
    bool wraps = true;  // players break lines that are too long, so what counts is the lines this makes
    MediaTime snap{};   // an edge this near a shot change belongs on it

    static CheckLimits descriptions();  // of what is seen; the default
    static CheckLimits subtitles();     // of what is said, as Netflix takes them
    static CheckLimits spoken();        // of what is heard: nobody reads it

    bool operator==(const CheckLimits&) const = default;
};

enum class CueProblem : std::uint8_t {
    Empty,         // no text
    Overlap,       // the next cue begins before this one ends
    SmallGap,      // to the next cue; measured in seconds
    TooShort,      // seconds
    TooLong,       // seconds
    ReadingSpeed,  // characters a second
    LineLength,    // characters
    TooManyLines,  // as they are shown
    AcrossShot,    // seconds from the cue's start to the shot change
};

struct CueFinding {
    CueProblem problem{};
    double value = 0.0;  // what was measured
    double limit = 0.0;  // what is asked

    bool operator==(const CueFinding&) const = default;
};

// Characters (Unicode code points) that are read; line breaks are not.
int readCharacters(std::string_view utf8);
double readingSpeed(const Cue& cue);  // characters a second

// In the order of CueProblem. `shots`: start of each shot but the first, in order.
std::vector<CueFinding> checkCue(const Cues& cues, std::size_t row, const std::vector<MediaTime>& shots,
                                 const CheckLimits& limits);

// Repairs what can be repaired without losing words or a cue: overlaps and small gaps, edges beside a shot change, cues
// that are too short and have room after them, lines that fit once they are broken elsewhere. A cue is changed only
// where it, and the one before it, have fewer findings afterwards. Cues without findings stay as they are.
Cues fixCues(Cues cues, const std::vector<MediaTime>& shots, const CheckLimits& limits);

// `text` in as few lines of at most `lineLength` characters as it takes, as even as they can be, broken at spaces.
std::string rewrapped(std::string_view text, int lineLength);

}  // namespace sightline
