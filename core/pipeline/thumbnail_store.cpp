#include "core/pipeline/thumbnail_store.h"

#include <algorithm>

#include "core/base/logging.h"
#include "core/base/thread_name.h"
#include "core/media/files/ffmpeg_file_source.h"

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
    stopped_ = true;
    if (reader_) {
        reader_->interrupt();
    }
    if (frames_) {
        frames_->interrupt();
    }
}

ThumbnailStore::Entry* ThumbnailStore::entryAt(MediaTime time, bool exact) {
    const auto entry = std::ranges::find_if(entries_, [time, exact](const Entry& each) {
        return each.exact == exact && each.from <= time && time <= each.to;
    });
    if (entry == entries_.end()) {
        return nullptr;
    }
    entries_.splice(entries_.begin(), entries_, entry);
    return &entries_.front();
}

ThumbnailStore::Found ThumbnailStore::find(MediaTime time) {
    Found found;
    {
        const std::lock_guard lock(mutex_);
        if (const Entry* exact = entryAt(time, true)) {
            return {exact->image, true};
        }
        if (failed_) {
            return {};
        }
        if (const Entry* keyframe = entryAt(time, false)) {
            found.image = keyframe->image;
            std::erase_if(exactRequests_, [time](const ExactRequest& each) { return each.time == time; });
            exactRequests_.push_back({time, keyframe->from});
        } else {
            std::erase(requests_, time);
            requests_.push_back(time);
        }
        if (requests_.size() > kMostRequests) {
            requests_.pop_front();
        }
        if (exactRequests_.size() > kMostRequests) {
            exactRequests_.pop_front();
        }
    }
    asked_.notify_one();
    return found;
}

std::size_t ThumbnailStore::cachedBytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

void ThumbnailStore::keep(Entry entry) {
    bytes_ += entry.image->sizeBytes();
    entries_.push_front(std::move(entry));
    while (bytes_ > options_.cacheBytes && entries_.size() > 1) {
        bytes_ -= entries_.back().image->sizeBytes();
        entries_.pop_back();
    }
}

void ThumbnailStore::keepKeyframe(MediaTime asked, Keyframe keyframe) {
    const std::lock_guard lock(mutex_);
    const auto known = std::ranges::find_if(
        entries_, [&keyframe](const Entry& each) { return !each.exact && each.from == keyframe.pts; });
    if (known != entries_.end()) {
        known->to = std::max(known->to, asked);
        entries_.splice(entries_.begin(), entries_, known);
        return;
    }
    keep({keyframe.pts, std::max(asked, keyframe.pts), std::make_shared<const Image>(std::move(keyframe.image))});
}

ThumbnailStore::ExactRequest ThumbnailStore::takeExactRequest() {
    // Of the group that was asked for last the earliest: decoding goes on from one to the next.
    const MediaTime group = exactRequests_.back().keyframe;
    auto chosen = exactRequests_.end() - 1;
    for (auto each = exactRequests_.begin(); each != exactRequests_.end(); ++each) {
        if (each->keyframe == group && each->time < chosen->time) {
            chosen = each;
        }
    }
    const ExactRequest request = *chosen;
    exactRequests_.erase(chosen);
    return request;
}

bool ThumbnailStore::makeCheap(MediaTime time) {
    auto keyframe = reader_->at(time, options_.height);
    if (!keyframe) {
        logger("pipeline")->debug("No thumbnail at {} s: {}", toSeconds(time), keyframe.error().message);
        return keyframe.error().code != ErrorCode::Cancelled;
    }
    keepKeyframe(time, std::move(*keyframe));
    ready_(time);
    return true;
}

Result<Frame> ThumbnailStore::frameAt(MediaTime time) {
    if (!frames_) {
        auto opened = openVideoFile(video_);
        if (!opened) {
            return tl::unexpected(opened.error());
        }
        const std::lock_guard lock(mutex_);
        frames_ = std::move(*opened);
        if (stopped_) {
            frames_->interrupt();
        }
    }
    if (auto sought = frames_->seek(time); !sought) {
        return tl::unexpected(sought.error());
    }
    return frames_->read();
}

bool ThumbnailStore::makeExact(const ExactRequest& request) {
    auto frame = frameAt(request.time);
    if (!frame && frame.error().code == ErrorCode::Cancelled) {
        return false;
    }
    {
        const std::lock_guard lock(mutex_);
        if (frame) {
            const MediaTime end = frame->pts + frame->duration;
            keep({std::min(frame->pts, request.time), std::max(end - MediaTime(1), request.time),
                  std::make_shared<const Image>(shrunk(frame->image, frame->pixelAspect, options_.height)), true});
        } else if (const Entry* keyframe = entryAt(request.time, false)) {
            keep({request.time, request.time, keyframe->image, true});  // there is nothing nearer
        }
    }
    ready_(request.time);
    return true;
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
    bool goOn = true;
    while (goOn) {
        std::unique_lock lock(mutex_);
        if (!asked_.wait(lock, stop, [this] { return !requests_.empty() || !exactRequests_.empty(); })) {
            return;
        }
        if (!requests_.empty()) {
            const MediaTime time = requests_.back();
            requests_.pop_back();
            const bool there = entryAt(time, false) != nullptr;
            lock.unlock();
            goOn = there || makeCheap(time);
        } else {
            const ExactRequest request = takeExactRequest();
            const bool there = entryAt(request.time, true) != nullptr;
            lock.unlock();
            goOn = there || makeExact(request);
        }
    }
}

}  // namespace sightline
