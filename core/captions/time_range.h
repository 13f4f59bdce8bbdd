// Half-open ranges of media time, and lists of them.
#pragma once

#include <vector>

#include "core/base/clock.h"

namespace sightline {

struct TimeRange {
    MediaTime start{};  // half-open [start, end)
    MediaTime end{};

    bool operator==(const TimeRange&) const = default;
};

// What of `from` lies in none of `ranges`, in order.
std::vector<TimeRange> without(const TimeRange& from, const std::vector<TimeRange>& ranges);

// `ranges` and `added` together, in order, with overlapping and touching ranges joined.
std::vector<TimeRange> joined(std::vector<TimeRange> ranges, const TimeRange& added);

}  // namespace sightline
