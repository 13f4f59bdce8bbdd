// "00:00:01,000 --> 00:00:02,500 settings", the line that SubRip and WebVTT share.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "core/base/clock.h"

namespace sightline {

inline constexpr std::string_view kArrow = "-->";

// Start and end as they stand there; what follows the end after white space is ignored. Nothing for other lines. Takes
// times as people and converters write them, too: with white space or invisible characters beside and within them
// ("00:00:01, 000") and a colon before three digits of milliseconds ("00:00:01:000").
std::optional<std::pair<MediaTime, MediaTime>> parseTimingLine(std::string_view line);

}  // namespace sightline
