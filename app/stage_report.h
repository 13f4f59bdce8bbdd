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
    // Of a video: its frames, the time to read them, and how long it took in all.
    void addVideo(std::chrono::nanoseconds reading, std::uint64_t frames, std::chrono::nanoseconds wall,
                  std::uint64_t captions);

    bool empty() const { return captions_.empty(); }

    // A table: median, 95th percentile and minimum of each stage in milliseconds, captions per second, those of one
    // picture after another and those of videos, time to read a frame, and the machine.
    std::string text(int threads) const;

private:
    std::vector<StageTimes> captions_;
    std::chrono::nanoseconds reading_{};
    std::uint64_t frames_ = 0;
    std::chrono::nanoseconds wall_{};
    std::uint64_t ofVideos_ = 0;  // captions
};

}  // namespace sightline
