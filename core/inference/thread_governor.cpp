#include "core/inference/thread_governor.h"

#include <algorithm>
#include <vector>

namespace sightline {
namespace {

constexpr std::size_t kKept = 5;
constexpr std::size_t kTried = 3;
constexpr double kWholeCpu = 0.9;  // less means that others run on this CPU, or that a helper was waited for
constexpr double kPays = 0.97;     // a change below three in a hundred is not worth having
constexpr int kFirstWait = 8;
constexpr int kLongestWait = 256;
constexpr double kTypicalSteps = 11.0;  // so that captions of different lengths compare

double median(const std::deque<double>& values) {
    std::vector<double> sorted(values.begin(), values.end());
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    return *middle;
}

void keep(std::deque<double>& values, double value, std::size_t most) {
    values.push_back(value);
    if (values.size() > most) {
        values.pop_front();
    }
}

double cost(const StageTimes& times) {
    const auto nanoseconds = [](std::chrono::nanoseconds time) { return static_cast<double>(time.count()); };
    const double steps = std::max(1, times.steps);
    return nanoseconds(times.encode + times.prefill) + nanoseconds(times.generate) * kTypicalSteps / steps;
}

}  // namespace

int ThreadGovernor::threads(int most) {
    if (most != most_) {
        *this = ThreadGovernor();
        most_ = current_ = most;
        fewerAfter_ = moreAfter_ = kFirstWait;
    }
    return candidate(trial_);
}

int ThreadGovernor::candidate(Trial trial) const {
    switch (trial) {
        case Trial::Fewer: return std::max(1, current_ / 2);
        case Trial::More: return std::min(most_, current_ * 2);
        case Trial::None: break;
    }
    return current_;
}

void ThreadGovernor::note(const StageTimes& times, double cpuShare) {
    if (trial_ != Trial::None) {
        keep(tried_, cost(times), kTried);
        if (tried_.size() == kTried) {
            judge();
        }
        return;
    }
    keep(known_, cost(times), kKept);
    keep(cpuShares_, cpuShare, kKept);
    ++since_;
    if (known_.size() < kKept) {
        return;
    }
    if (current_ > 1 && since_ >= fewerAfter_ && median(cpuShares_) < kWholeCpu) {
        trial_ = Trial::Fewer;
    } else if (current_ < most_ && since_ >= moreAfter_) {
        trial_ = Trial::More;
    }
}

void ThreadGovernor::judge() {
    const bool pays = median(tried_) < kPays * median(known_);
    int& wait = trial_ == Trial::Fewer ? fewerAfter_ : moreAfter_;
    if (pays) {
        current_ = candidate(trial_);
        known_ = tried_;
        cpuShares_.clear();
        fewerAfter_ = kFirstWait;
        moreAfter_ = trial_ == Trial::Fewer ? moreAfter_ : kFirstWait;
    } else {
        wait = std::min(2 * wait, kLongestWait);
    }
    tried_.clear();
    trial_ = Trial::None;
    since_ = 0;
}

}  // namespace sightline
