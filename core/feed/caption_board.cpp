#include "core/feed/caption_board.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sightline {

void CaptionBoard::post(std::string json) {
    {
        const std::lock_guard lock(mutex_);
        events_.push_back({++last_, std::move(json)});
        if (events_.size() > kMostEvents) {
            events_.pop_front();
        }
        cleared_ = false;
    }
    posted_.notify_all();
}

void CaptionBoard::clear() {
    const std::lock_guard lock(mutex_);
    cleared_ = true;
}

std::optional<CaptionEvent> CaptionBoard::current() const {
    const std::lock_guard lock(mutex_);
    return cleared_ ? std::nullopt : std::optional(events_.back());
}

std::uint64_t CaptionBoard::last() const {
    const std::lock_guard lock(mutex_);
    return last_;
}

std::vector<CaptionEvent> CaptionBoard::waitAfter(std::uint64_t after, SteadyTime until,
                                                  const std::stop_token& stop) const {
    std::unique_lock lock(mutex_);
    posted_.wait_until(lock, stop, until, [&] { return last_ > after; });
    std::vector<CaptionEvent> found;
    std::copy_if(events_.begin(), events_.end(), std::back_inserter(found),
                 [after](const CaptionEvent& event) { return event.number > after; });
    return found;
}

}  // namespace sightline
