// Time expressions of TTML (TTML1 section 10.3.1, and appendix N for SMPTE time labels).
#pragma once

#include <optional>
#include <string_view>

#include <pugixml.hpp>

#include "core/base/clock.h"

namespace sightline {

struct TtmlClock {
    // Labels that are left out of the count so that it keeps up with the clock: two each minute but the tenth (NTSC,
    // four at 60 labels a second), four each second minute but the twentieth (PAL).
    enum class Drop { None, Ntsc, Pal };

    double frameRate = 30.0;  // frames a second, the multiplier included
    double subFrameRate = 1.0;
    double tickRate = 1.0;
    double labelRate = 30.0;    // labels of frames a second: frameRate without the multiplier
    bool countsFrames = false;  // time base "smpte": a time with colons is a frame's label, not a time of the clock
    Drop drop = Drop::None;

    // From the root element's ttp attributes; the specification's defaults where they are missing or make no sense.
    static TtmlClock of(const pugi::xml_node& tt);

    // "00:00:01.5", "00:00:01:12", "1.5s", "36f", "90000t"; nothing for other text and beyond kMaxCueTime. A semicolon
    // before the frames, as in "00:01:00;02", is not TTML's, but editing programs write it for a label of a drop-frame
    // count, and so it is read.
    std::optional<MediaTime> parse(std::string_view text) const;

private:
    std::optional<MediaTime> ofLabel(MediaTime clock, double frames, Drop dropped) const;
};

}  // namespace sightline
