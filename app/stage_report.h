// Where the time of a run of captions went.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "core/inference/captioner.h"

namespace sightline {

class StageReport {
public:
    void add(const StageTimes& times);
    void addReading(std::chrono::nanoseconds time, std::uint64_t frames);

    bool empty() const { return captions_.empty(); }

    // A table: median, 95th percentile and minimum of each stage in milliseconds, captions per second at the median,
    // time to read a frame, and the machine.
    std::string text(int threads) const;

private:
    std::vector<StageTimes> captions_;
    std::chrono::nanoseconds reading_{};
    std::uint64_t frames_ = 0;
};

}  // namespace sightline
