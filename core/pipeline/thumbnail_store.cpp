#include "core/pipeline/thumbnail_store.h"

#include <algorithm>

#include "core/base/logging.h"
#include "core/base/thread_name.h"

namespace sightline {
namespace {

constexpr std::size_t kMostRequests = 64;  // more than a timeline shows at once

}  // namespace

ThumbnailStore::ThumbnailStore(std::filesystem::path video, const ThumbnailOptions& options,
                               std::function<void(MediaTime)> ready)
    : video_(std::move(video)), options_(options), ready_(std::move(ready)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

ThumbnailStore::~ThumbnailStore() {
    thread_.request_stop();
    const std::lock_guard lock(mutex_);
    if (reader_) {
        reader_->interrupt();
    }
}

std::shared_ptr<const Image> ThumbnailStore::find(MediaTime time) {
    {
        const std::lock_guard lock(mutex_);
        for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
            if (entry->from <= time && time <= entry->to) {
                entries_.splice(entries_.begin(), entries_, entry);
                return entry->image;
            }
        }
        if (failed_) {
            return nullptr;
        }
        std::erase(requests_, time);
        requests_.push_back(time);
        if (requests_.size() > kMostRequests) {
            requests_.pop_front();
        }
    }
    asked_.notify_one();
    return nullptr;
}

std::size_t ThumbnailStore::cachedBytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

void ThumbnailStore::keep(MediaTime asked, Keyframe keyframe) {
    const std::lock_guard lock(mutex_);
    const auto known = std::ranges::find(entries_, keyframe.pts, &Entry::from);
    if (known != entries_.end()) {
        known->to = std::max(known->to, asked);
        entries_.splice(entries_.begin(), entries_, known);
        return;
    }
    bytes_ += keyframe.image.sizeBytes();
    entries_.push_front(
        {keyframe.pts, std::max(asked, keyframe.pts), std::make_shared<const Image>(std::move(keyframe.image))});
    while (bytes_ > options_.cacheBytes && entries_.size() > 1) {
        bytes_ -= entries_.back().image->sizeBytes();
        entries_.pop_back();
    }
}

void ThumbnailStore::run(const std::stop_token& stop) {
    nameThisThread("thumbnails");
    auto opened = KeyframeReader::open(video_);
    {
        const std::lock_guard lock(mutex_);
        if (opened) {
            reader_ = std::move(*opened);
        } else {
            failed_ = true;
        }
    }
    if (!opened) {
        logger("pipeline")->warn("No thumbnails: {} {}", opened.error().message, opened.error().detail);
        return;
    }
    while (true) {
        MediaTime time{};
        {
            std::unique_lock lock(mutex_);
            if (!asked_.wait(lock, stop, [this] { return !requests_.empty(); })) {
                return;
            }
            time = requests_.back();
            requests_.pop_back();
            const bool there = std::ranges::any_of(
                entries_, [time](const Entry& entry) { return entry.from <= time && time <= entry.to; });
            if (there) {
                continue;
            }
        }
        auto keyframe = reader_->at(time, options_.height);
        if (!keyframe) {
            if (keyframe.error().code == ErrorCode::Cancelled) {
                return;
            }
            logger("pipeline")->debug("No thumbnail at {} s: {}", toSeconds(time), keyframe.error().message);
            continue;
        }
        keep(time, std::move(*keyframe));
        ready_(time);
    }
}

}  // namespace sightline
