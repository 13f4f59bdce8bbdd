#include "core/pipeline/latest_frame.h"

#include <utility>

namespace sightline {

void LatestFrame::put(FramePtr frame) {
    FramePtr replaced;  // freed after the lock: a frame is megabytes
    {
        const std::lock_guard lock(mutex_);
        replaced = std::exchange(frame_, std::move(frame));
        dropped_ += replaced ? 1 : 0;
    }
    arrived_.notify_one();
}

FramePtr LatestFrame::take(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait(lock, stop, [this] { return frame_ != nullptr; }) || stop.stop_requested()) {
        return nullptr;  // also when a frame waits: a stop must end a worker that never catches up
    }
    return std::exchange(frame_, nullptr);
}

FramePtr LatestFrame::tryTake() {
    const std::lock_guard lock(mutex_);
    return std::exchange(frame_, nullptr);
}

void LatestFrame::clear() {
    const std::lock_guard lock(mutex_);
    frame_.reset();
    dropped_ = 0;
}

std::uint64_t LatestFrame::dropped() const {
    const std::lock_guard lock(mutex_);
    return dropped_;
}

}  // namespace sightline
