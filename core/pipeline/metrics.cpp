#include "core/pipeline/metrics.h"

#include <algorithm>
#include <vector>

namespace sightline {
namespace {

constexpr double kSilence = 3.0;  // times the usual interval, after which events have ceased

}  // namespace

void RateMeter::tick(SteadyTime now) {
    const std::lock_guard lock(mutex_);
    events_.push_back(now);
    forget(now);
}

double RateMeter::perSecond(SteadyTime now) const {
    const std::lock_guard lock(mutex_);
    forget(now);
    if (events_.size() < 2) {
        return 0.0;
    }
    // Intervals between events, so that the rate is right before the window has filled; a pause pulls it down once it
    // is longer than the usual interval.
    const auto intervals = static_cast<double>(events_.size() - 1);
    const auto span = std::chrono::duration<double>(events_.back() - events_.front()).count();
    const auto silence = std::chrono::duration<double>(now - events_.back()).count();
    const double usual = span / intervals;
    if (silence > std::max(std::chrono::duration<double>(window_).count(), kSilence * usual)) {
        return 0.0;
    }
    return intervals / (span + std::max(0.0, silence - usual));
}

void RateMeter::reset() {
    const std::lock_guard lock(mutex_);
    events_.clear();
}

void RateMeter::forget(SteadyTime now) const {
    while (events_.size() > 2 && events_.front() < now - window_) {
        events_.pop_front();
    }
}

void DurationWindow::add(std::chrono::nanoseconds value) {
    const std::lock_guard lock(mutex_);
    if (values_.size() == capacity_) {
        values_.pop_front();
    }
    values_.push_back(value);
}

std::optional<std::chrono::nanoseconds> DurationWindow::median() const {
    std::vector<std::chrono::nanoseconds> sorted;
    {
        const std::lock_guard lock(mutex_);
        sorted.assign(values_.begin(), values_.end());
    }
    if (sorted.empty()) {
        return std::nullopt;
    }
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    return *middle;
}

std::optional<Percentiles> DurationWindow::percentiles() const {
    std::vector<std::chrono::nanoseconds> sorted;
    {
        const std::lock_guard lock(mutex_);
        sorted.assign(values_.begin(), values_.end());
    }
    if (sorted.empty()) {
        return std::nullopt;
    }
    std::sort(sorted.begin(), sorted.end());
    const auto at = [&sorted](std::size_t percent) { return sorted[(sorted.size() * percent + 99) / 100 - 1]; };
    return Percentiles{at(50), at(95), at(99)};
}

void DurationWindow::reset() {
    const std::lock_guard lock(mutex_);
    values_.clear();
}

}  // namespace sightline
