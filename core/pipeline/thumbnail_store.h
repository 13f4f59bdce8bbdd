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
#include "core/media/frame_source.h"

namespace sightline {

struct ThumbnailOptions {
    int height = 72;                      // pixels
    std::size_t cacheBytes = 32U << 20U;  // 600 pictures of 16:9
};

// Cheap first, exact soon: a time is shown by the keyframe before it until the frame that is on screen then has been
// decoded. The thumbnail thread takes the newest request first, keyframes before exact frames; of more than 64 waiting
// ones of either kind the oldest are forgotten.
class ThumbnailStore {
public:
    // `ready` comes from the thumbnail thread without a lock held, with a time that was asked for; for most times
    // twice.
    ThumbnailStore(std::filesystem::path video, const ThumbnailOptions& options, std::function<void(MediaTime)> ready);
    ~ThumbnailStore();
    ThumbnailStore(const ThumbnailStore&) = delete;
    ThumbnailStore& operator=(const ThumbnailStore&) = delete;

    struct Found {
        std::shared_ptr<const Image> image;
        bool exact = false;  // the frame on screen at that time, or as near to it as can be decoded
    };

    // Any thread. Null while nothing is there. What is not there yet, or not exact, is asked for with that.
    Found find(MediaTime time);

    std::size_t cachedBytes() const;

private:
    // A keyframe stands for the time from itself to the last moment that led to it, an exact frame for its own.
    struct Entry {
        MediaTime from{};
        MediaTime to{};  // with this moment
        std::shared_ptr<const Image> image;
        bool exact = false;
    };
    struct ExactRequest {
        MediaTime time{};
        MediaTime keyframe{};  // before it: those of one group are decoded in their order
    };

    void run(const std::stop_token& stop);
    bool makeCheap(MediaTime time);               // false: stop
    bool makeExact(const ExactRequest& request);  // as above
    Result<Frame> frameAt(MediaTime time);
    ExactRequest takeExactRequest();             // with mutex_ held
    Entry* entryAt(MediaTime time, bool exact);  // as above
    void keep(Entry entry);
    void keepKeyframe(MediaTime asked, Keyframe keyframe);

    // immutable
    const std::filesystem::path video_;
    const ThumbnailOptions options_;
    const std::function<void(MediaTime)> ready_;

    // guarded by mutex_
    mutable std::mutex mutex_;
    std::condition_variable_any asked_;
    std::deque<MediaTime> requests_;          // newest last
    std::deque<ExactRequest> exactRequests_;  // as above
    bool stopped_ = false;
    std::list<Entry> entries_;  // most recently used first
    std::size_t bytes_ = 0;
    bool failed_ = false;
    std::unique_ptr<KeyframeReader> reader_;  // written by the thread, which alone reads from it
    std::unique_ptr<FrameSource> frames_;     // as above; opened when it is first needed

    std::jthread thread_;  // last: it uses all of the above
};

}  // namespace sightline
