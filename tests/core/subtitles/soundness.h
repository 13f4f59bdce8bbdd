// What has to hold of every caption file that was read, whatever stood in it.
#pragma once

#include <string>

#include "core/subtitles/cue_time.h"
#include "core/subtitles/subtitle_format.h"
#include "core/subtitles/text_encoding.h"

namespace sightline::test {

// What does not hold; empty when all does.
inline std::string whyUnsound(const SubtitleReading& reading) {
    if (reading.warnings.size() > 100) {
        return "more than a hundred warnings";
    }
    MediaTime last{};
    for (const Cue& cue : reading.track.cues) {
        if (cue.start < last) {
            return "cues are out of order, or before zero";
        }
        if (cue.end < cue.start) {
            return "a cue ends before it starts";
        }
        if (cue.end > kMaxCueTime) {
            return "a time is beyond its bound";
        }
        if (invalidUtf8At(cue.text) != std::string_view::npos || cue.text.find('\0') != std::string::npos) {
            return "a text is not UTF-8, or holds NUL";
        }
        if (!(cue.confidence >= 0.0 && cue.confidence <= 1.0)) {
            return "a confidence is no share";
        }
        last = cue.start;
    }
    return {};
}

}  // namespace sightline::test
