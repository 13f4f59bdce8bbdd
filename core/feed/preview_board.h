// Where the feed's readers find the picture.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "core/pipeline/latest_frame.h"

namespace sightline {

struct PreviewPicture {
    std::uint64_t number = 0;                 // counts the pictures, from 1; 0: none
    std::shared_ptr<const std::string> jpeg;  // null: none
};

// Any thread. A picture is encoded by the first reader that asks for it and shared with the others; pictures that
// nobody asks for are not.
class PreviewBoard {
public:
    using Encode = std::function<std::string(const Frame&)>;  // JPEG; called on readers' threads, one at a time

    // Takes a frame per `interval` at most.
    PreviewBoard(Encode encode, std::chrono::nanoseconds interval) : encode_(std::move(encode)), interval_(interval) {}

    // Replaces the frame; never waits for encoding. Null: there is no picture any more.
    void offer(FramePtr frame);

    // Waits for a picture after number `after`, until `until` or a stop; its number is 0 when none came.
    PreviewPicture waitAfter(std::uint64_t after, SteadyTime until, const std::stop_token& stop);

    std::uint64_t encoded() const;  // pictures so far

private:
    // immutable
    const Encode encode_;
    const std::chrono::nanoseconds interval_;

    // guarded by mutex_
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    FramePtr frame_;
    SteadyTime taken_{};  // when
    std::uint64_t last_ = 0;
    PreviewPicture ready_;
    bool encoding_ = false;
    std::uint64_t encoded_ = 0;
};

}  // namespace sightline
