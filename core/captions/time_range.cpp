#include "core/captions/time_range.h"

#include <algorithm>

namespace sightline {

std::vector<TimeRange> without(const TimeRange& from, const std::vector<TimeRange>& ranges) {
    std::vector<TimeRange> left{from};
    for (const TimeRange& range : ranges) {
        std::vector<TimeRange> next;
        for (const TimeRange& piece : left) {
            const TimeRange before{piece.start, std::min(piece.end, range.start)};
            const TimeRange after{std::max(piece.start, range.end), piece.end};
            if (before.start < before.end) {
                next.push_back(before);
            }
            if (after.start < after.end && after != before) {
                next.push_back(after);
            }
        }
        left = std::move(next);
    }
    return left;
}

std::vector<TimeRange> joined(std::vector<TimeRange> ranges, const TimeRange& added) {
    ranges.push_back(added);
    std::ranges::sort(ranges, {}, &TimeRange::start);
    std::vector<TimeRange> result;
    for (const TimeRange& range : ranges) {
        if (!result.empty() && range.start <= result.back().end) {
            result.back().end = std::max(result.back().end, range.end);
        } else {
            result.push_back(range);
        }
    }
    return result;
}

}  // namespace sightline
