#include "core/pipeline/live_session.h"

#include <algorithm>

#include "core/base/logging.h"
#include "core/base/thread_name.h"

namespace sightline {
namespace {

// A file that falls behind by more than this (a slow disk, a suspended machine) restarts its timing instead of rushing.
constexpr auto kMaxLag = std::chrono::milliseconds(500);

}  // namespace

LiveSession::LiveSession(const Clock& clock, Callbacks callbacks) : clock_(clock), callbacks_(std::move(callbacks)) {}

LiveSession::~LiveSession() { close(); }

void LiveSession::setCaptioner(std::unique_ptr<Captioner> captioner, const SearchOptions& search) {
    worker_.reset();
    worker_ = std::make_unique<CaptionWorker>(std::move(captioner), search, inference_, generation_, clock_, track_,
                                              steady_, callbacks_.captionReady);
}

void LiveSession::open(std::unique_ptr<FrameSource> source, const LiveSessionOptions& options) {
    close();
    source_ = std::move(source);
    captured_.reset();
    if (worker_) {
        worker_->resetMetrics();
    }
    {
        const std::lock_guard lock(mutex_);
        track_.restart(++generation_);
        steady_.restart(generation_);
        description_ = source_->description();
        state_ = PlayState::Playing;
        paused_ = false;
        seekTo_.reset();
        anchorPts_.reset();
    }
    callbacks_.stateChanged();
    thread_ = std::jthread([this, options](const std::stop_token& stop) { run(stop, *source_, options); });
}

void LiveSession::close() {
    if (!source_) {
        return;
    }
    thread_.request_stop();
    source_->interrupt();
    thread_.join();
    source_.reset();
    {
        const std::lock_guard lock(mutex_);
        ++generation_;
        description_.reset();
        state_ = PlayState::Closed;
        error_.reset();
    }
    preview_.clear();
    inference_.clear();
    callbacks_.stateChanged();
}

void LiveSession::setFrameTap(std::shared_ptr<const FrameTap> tap) {
    const std::lock_guard lock(mutex_);
    tap_ = std::move(tap);
}

void LiveSession::setPaused(bool paused) {
    {
        const std::lock_guard lock(mutex_);
        const bool over = state_ == PlayState::Ended || state_ == PlayState::Failed;
        if (state_ == PlayState::Closed || (over && (paused || description_->live))) {
            return;
        }
        if (over) {  // play again
            seekTo_ = MediaTime::zero();
            ++generation_;
            error_.reset();
        }
        paused_ = paused;
        state_ = paused ? PlayState::Paused : PlayState::Playing;
        anchorPts_.reset();
    }
    changed_.notify_all();
    callbacks_.stateChanged();
}

void LiveSession::seek(MediaTime time) {
    {
        const std::lock_guard lock(mutex_);
        if (!description_ || description_->live) {
            return;
        }
        seekTo_ = std::max(time, MediaTime::zero());
        ++generation_;
        error_.reset();
        state_ = paused_ ? PlayState::Paused : PlayState::Playing;
    }
    changed_.notify_all();
    callbacks_.stateChanged();
}

PlayState LiveSession::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

std::optional<Error> LiveSession::error() const {
    const std::lock_guard lock(mutex_);
    return error_;
}

std::optional<Error> LiveSession::captionError() const { return worker_ ? worker_->lastError() : std::nullopt; }

std::optional<StreamDescription> LiveSession::description() const {
    const std::lock_guard lock(mutex_);
    return description_;
}

SessionMetrics LiveSession::metrics() const {
    const SteadyTime now = clock_.now();
    SessionMetrics metrics;
    metrics.capturedFps = captured_.perSecond(now);
    metrics.dropped = inference_.dropped();
    if (worker_) {
        metrics.captionsPerSecond = worker_->rate().perSecond(now);
        metrics.inference = worker_->inference().median();
        metrics.captionAge = worker_->age().median();
        metrics.lastStages = worker_->lastStages();
    }
    return metrics;
}

void LiveSession::anchor(MediaTime pts) {
    anchorPts_ = pts;
    anchorTime_ = clock_.now();
}

bool LiveSession::waitUntilDue(std::unique_lock<std::mutex>& lock, const std::stop_token& stop, MediaTime pts,
                               bool live) {
    while (!stop.stop_requested() && !seekTo_) {
        if (paused_) {
            if (live) {
                return false;  // a camera's frames are stale after a pause
            }
            changed_.wait(lock, stop, [this] { return !paused_ || seekTo_; });
            continue;
        }
        if (live) {
            return true;
        }
        const SteadyTime now = clock_.now();
        if (!anchorPts_ || anchorTime_ + (pts - *anchorPts_) + kMaxLag < now) {
            anchor(pts);
            return true;
        }
        const SteadyTime due = anchorTime_ + (pts - *anchorPts_);
        if (due <= now) {
            return true;
        }
        clock_.waitUntil(changed_, lock, stop, due);
    }
    return false;
}

void LiveSession::publish(Frame frame) {
    frame.captured = clock_.now();  // of a file: when it was due, decoding ahead is not age
    auto shared = std::make_shared<const Frame>(std::move(frame));
    captured_.tick(shared->captured);
    const auto tap = [this] {
        const std::lock_guard lock(mutex_);
        return tap_;
    }();
    if (tap) {
        (*tap)(shared);
    }
    preview_.put(shared);
    inference_.put(std::move(shared));
    callbacks_.frameReady();
}

void LiveSession::run(const std::stop_token& stop, FrameSource& source, LiveSessionOptions options) {
    nameThisThread("capture");
    const bool live = source.description().live;
    bool canLoop = options.loop;
    MediaTime end{};  // of the last frame shown
    while (!stop.stop_requested()) {
        std::optional<MediaTime> target;
        std::uint32_t generation = 0;
        {
            const std::lock_guard lock(mutex_);
            target = std::exchange(seekTo_, std::nullopt);
            generation = generation_;
        }
        if (target) {
            if (auto sought = source.seek(*target); !sought) {
                if (sought.error().code == ErrorCode::Cancelled) {
                    return;
                }
                logger("pipeline")->warn("{}", sought.error().message);  // playback goes on where it was
                canLoop = false;
            }
        }
        auto frame = source.read();
        if (frame) {
            {
                std::unique_lock lock(mutex_);
                if (target) {
                    anchor(frame->pts);  // a sought frame is shown at once, paused or not
                } else if (!waitUntilDue(lock, stop, frame->pts, live)) {
                    continue;
                }
            }
            frame->generation = generation;
            end = frame->pts + frame->duration;
            publish(std::move(*frame));
            continue;
        }
        const Error error = frame.error();
        if (error.code == ErrorCode::Cancelled) {
            return;
        }
        const bool ended = error.code == ErrorCode::EndOfStream;
        if (!ended) {
            logger("pipeline")->error("{} {}", error.message, error.detail);
        }
        {
            std::unique_lock lock(mutex_);
            // The last frame has its time on screen too.
            if (!live && !waitUntilDue(lock, stop, end, live)) {
                continue;
            }
            if (ended && canLoop) {
                seekTo_ = MediaTime::zero();
                ++generation_;
                continue;
            }
            state_ = ended ? PlayState::Ended : PlayState::Failed;
            error_ = ended ? std::nullopt : std::optional(error);
        }
        callbacks_.stateChanged();
        if (live) {
            return;
        }
        std::unique_lock lock(mutex_);
        changed_.wait(lock, stop, [this] { return seekTo_.has_value(); });
    }
}

}  // namespace sightline
