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

// The same for files that are SubRip's but for this line: the arrow as people and text processors make it ("->", an en
// dash), or YouTube's comma (SBV, "0:00:01.000,0:00:02.500"). Hours must be there and nothing may follow, so that text
// is not taken for times.
std::optional<std::pair<MediaTime, MediaTime>> parseLooseTimingLine(std::string_view line);

}  // namespace sightline
