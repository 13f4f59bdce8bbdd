// Where the feed's readers find the captions.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/clock.h"

namespace sightline {

struct CaptionEvent {
    std::uint64_t number = 0;  // counts the events, from 1
    std::string json;          // empty: no caption is current any more
};

// Any thread.
class CaptionBoard {
public:
    static constexpr std::size_t kMostEvents = 64;  // a reader that comes back finds as many

    void post(std::string json);
    // Nothing is current until the next one, which readers are told.
    void clear();

    std::optional<CaptionEvent> current() const;
    std::uint64_t last() const;  // number of the newest; 0: none

    // Waits for events after number `after`, until `until` or a stop: oldest first, none when none came.
    std::vector<CaptionEvent> waitAfter(std::uint64_t after, SteadyTime until, const std::stop_token& stop) const;

private:
    void add(std::string json);

    // guarded by mutex_
    mutable std::mutex mutex_;
    mutable std::condition_variable_any posted_;
    std::deque<CaptionEvent> events_;
    std::uint64_t last_ = 0;
};

}  // namespace sightline
