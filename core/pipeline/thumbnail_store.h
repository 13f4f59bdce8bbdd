// Small pictures of a video for a timeline, made in the background and kept as far as memory is given.
#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "core/media/files/keyframe_reader.h"

namespace sightline {

struct ThumbnailOptions {
    int height = 72;                      // pixels
    std::size_t cacheBytes = 32U << 20U;  // 600 pictures of 16:9
};

// The thumbnail thread takes the newest request first; of more than 64 waiting ones the oldest are forgotten.
class ThumbnailStore {
public:
    // `ready` comes from the thumbnail thread without a lock held, with a time that was asked for.
    ThumbnailStore(std::filesystem::path video, const ThumbnailOptions& options, std::function<void(MediaTime)> ready);
    ~ThumbnailStore();
    ThumbnailStore(const ThumbnailStore&) = delete;
    ThumbnailStore& operator=(const ThumbnailStore&) = delete;

    // Any thread. The keyframe on screen at or before `time`; null while it is not there, and then asked for.
    std::shared_ptr<const Image> find(MediaTime time);

    std::size_t cachedBytes() const;

private:
    // A keyframe stands for the time from itself to the last moment that led to it.
    struct Entry {
        MediaTime from{};
        MediaTime to{};
        std::shared_ptr<const Image> image;
    };

    void run(const std::stop_token& stop);
    void keep(MediaTime asked, Keyframe keyframe);

    // immutable
    const std::filesystem::path video_;
    const ThumbnailOptions options_;
    const std::function<void(MediaTime)> ready_;

    // guarded by mutex_
    mutable std::mutex mutex_;
    std::condition_variable_any asked_;
    std::deque<MediaTime> requests_;  // newest last
    std::list<Entry> entries_;        // most recently used first
    std::size_t bytes_ = 0;
    bool failed_ = false;
    std::unique_ptr<KeyframeReader> reader_;  // written by the thread, which alone reads from it

    std::jthread thread_;  // last: it uses all of the above
};

}  // namespace sightline
