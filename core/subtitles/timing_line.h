// "00:00:01,000 --> 00:00:02,500 settings", the line that SubRip and WebVTT share.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "core/base/clock.h"
#include "core/subtitles/cue_time.h"
#include "core/subtitles/text.h"

namespace sightline {

inline constexpr std::string_view kArrow = "-->";

// Start and end as they stand there; what follows the end after white space is ignored. Nothing for other lines.
inline std::optional<std::pair<MediaTime, MediaTime>> parseTimingLine(std::string_view line) {
    const std::size_t arrow = line.find(kArrow);
    if (arrow == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view after = trimmed(line.substr(arrow + kArrow.size()));
    const auto start = parseClock(line.substr(0, arrow));
    const auto end = parseClock(after.substr(0, after.find_first_of(" \t")));
    return start && end ? std::optional(std::pair(*start, *end)) : std::nullopt;
}

}  // namespace sightline
