#include "core/feed/caption_board.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sightline {

void CaptionBoard::add(std::string json) {
    events_.push_back({++last_, std::move(json)});
    if (events_.size() > kMostEvents) {
        events_.pop_front();
    }
}

void CaptionBoard::post(std::string json) {
    {
        const std::lock_guard lock(mutex_);
        add(std::move(json));
    }
    posted_.notify_all();
}

void CaptionBoard::clear() {
    {
        const std::lock_guard lock(mutex_);
        if (!events_.empty() && !events_.back().json.empty()) {
            add({});
        }
    }
    posted_.notify_all();
}

std::optional<CaptionEvent> CaptionBoard::current() const {
    const std::lock_guard lock(mutex_);
    return events_.empty() || events_.back().json.empty() ? std::nullopt : std::optional(events_.back());
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
