// What a person changed in a caption file that this program had written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/captions/cue.h"
#include "core/subtitles/subtitle_format.h"

namespace sightline {

// The track in a caption file, if it holds all that is in the file: written again it is the same but for layout, so
// that no cue, style, comment or unknown member is lost. Pure. Error: Corrupt, why it does not.
Result<CueTrack> readWhole(std::string_view bytes, const SubtitleFormat& format);

// The cues of `track` with the edits that `edited`, read from a file of the format, has against what the format would
// hold of them: cues that stand there unchanged are the same cues, all others are edited ones, and those that are gone
// are gone. Pure. Error: Unsupported when the edits are to what no cue holds, as the title.
Result<std::vector<Cue>> withHandEdits(const CueTrack& track, const SubtitleFormat& format, const CueTrack& edited);

}  // namespace sightline
