#include "core/captions/caption_track.h"

namespace sightline {

void CaptionTrack::append(Caption caption) {
    const std::lock_guard lock(mutex_);
    if (caption.generation < oldest_) {
        return;
    }
    if (captions_.size() == capacity_) {
        captions_.pop_front();
    }
    captions_.push_back(std::move(caption));
}

std::optional<Caption> CaptionTrack::latest() const {
    const std::lock_guard lock(mutex_);
    return captions_.empty() ? std::nullopt : std::optional(captions_.back());
}

std::vector<Caption> CaptionTrack::all() const {
    const std::lock_guard lock(mutex_);
    return {captions_.begin(), captions_.end()};
}

std::size_t CaptionTrack::size() const {
    const std::lock_guard lock(mutex_);
    return captions_.size();
}

void CaptionTrack::restart(std::uint32_t generation) {
    const std::lock_guard lock(mutex_);
    captions_.clear();
    oldest_ = generation;
}

}  // namespace sightline
