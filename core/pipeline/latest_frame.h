// The live mailbox: one slot, the newest frame wins.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>

#include "core/media/frame.h"

namespace sightline {

using FramePtr = std::shared_ptr<const Frame>;

// Any thread. A frame that is replaced before anyone took it counts as dropped.
class LatestFrame {
public:
    void put(FramePtr frame);

    // Waits for a frame; null once `stop` is requested, whether one waits or not.
    FramePtr take(const std::stop_token& stop);

    // The frame if there is one, without waiting.
    FramePtr tryTake();

    // Forgets the waiting frame and the count of dropped ones.
    void clear();

    std::uint64_t dropped() const;

private:
    // guarded by mutex_
    mutable std::mutex mutex_;
    std::condition_variable_any arrived_;
    FramePtr frame_;
    std::uint64_t dropped_ = 0;
};

}  // namespace sightline
