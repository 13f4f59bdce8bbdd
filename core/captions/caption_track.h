// The captions of one session, in the order they were made.
#pragma once

#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "core/captions/caption.h"

namespace sightline {

// Any thread. Keeps the newest `capacity` captions: a live session makes about a million in three hours.
class CaptionTrack {
public:
    explicit CaptionTrack(std::size_t capacity = 10'000) : capacity_(capacity) {}

    // A caption of an older generation than the last restart() is thrown away.
    void append(Caption caption);
    std::optional<Caption> latest() const;
    std::vector<Caption> all() const;
    std::size_t size() const;
    // Forgets all captions and takes only those of `generation` or later from now on.
    void restart(std::uint32_t generation);

private:
    // immutable
    const std::size_t capacity_;

    // guarded by mutex_
    mutable std::mutex mutex_;
    std::deque<Caption> captions_;
    std::uint32_t oldest_ = 0;  // generation
};

}  // namespace sightline
