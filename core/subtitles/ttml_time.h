// Time expressions of TTML (TTML1 section 10.3.1).
#pragma once

#include <optional>
#include <string_view>

#include <pugixml.hpp>

#include "core/base/clock.h"

namespace sightline {

struct TtmlClock {
    double frameRate = 30.0;  // frames a second, the multiplier included
    double subFrameRate = 1.0;
    double tickRate = 1.0;

    // From the root element's ttp attributes; the specification's defaults where they are missing or make no sense.
    static TtmlClock of(const pugi::xml_node& tt);

    // "00:00:01.5", "00:00:01:12", "1.5s", "36f", "90000t"; nothing for other text and beyond kMaxCueTime.
    std::optional<MediaTime> parse(std::string_view text) const;
};

}  // namespace sightline
