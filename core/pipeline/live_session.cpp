#include "core/pipeline/live_session.h"

#include <algorithm>

#include "core/base/logging.h"
#include "core/base/thread_name.h"

namespace sightline {
namespace {

// A file that falls behind by more than this (a slow disk, a suspended machine) restarts its timing instead of rushing.
constexpr auto kMaxLag = std::chrono::milliseconds(500);
// An audio device that does not sound, or stops, for this long is no clock any more.
constexpr auto kAudioPatience = std::chrono::seconds(1);
// While the device stands still there is no telling when a frame will be due: look again after this.
constexpr auto kLookAgain = std::chrono::milliseconds(5);

}  // namespace

LiveSession::LiveSession(const Clock& clock, Callbacks callbacks) : clock_(clock), callbacks_(std::move(callbacks)) {}

LiveSession::~LiveSession() { close(); }

void LiveSession::setCaptioner(std::unique_ptr<Captioner> captioner, const SearchOptions& search) {
    worker_.reset();
    worker_ = std::make_unique<CaptionWorker>(std::move(captioner), search, inference_, generation_, clock_, track_,
                                              steady_, callbacks_.captionReady);
}

void LiveSession::open(std::unique_ptr<FrameSource> source, const LiveSessionOptions& options, AudioOpener audio) {
    close();
    source_ = std::move(source);
    captured_.reset();
    if (worker_) {
        worker_->resetMetrics();
    }
    if (audio && sink_ && !source_->description().live) {
        audio_ = std::make_unique<AudioPlayer>(clock_, *sink_, std::move(audio), [this] {
            { const std::lock_guard lock(mutex_); }  // the capture thread is before its look at the audio, or waits
            changed_.notify_all();
        });
        audio_->setVolume(volume_);
    }
    {
        const std::lock_guard lock(mutex_);
        track_.restart(++generation_);
        steady_.restart(generation_);
        description_ = source_->description();
        state_ = PlayState::Playing;
        paused_ = false;
        seekTo_.reset();
        steps_ = 0;
        loop_.reset();
        shown_.reset();
        resumeAt_.reset();
        late_ = 0;
        deviceStands_ = false;
        halt();
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
    audio_.reset();
    {
        const std::lock_guard lock(mutex_);
        ++generation_;
        description_.reset();
        state_ = PlayState::Closed;
        error_.reset();
        audioLeads_ = false;
    }
    preview_.clear();
    inference_.clear();
    callbacks_.stateChanged();
}

void LiveSession::setFrameTap(std::shared_ptr<const FrameTap> tap) {
    const std::lock_guard lock(mutex_);
    tap_ = std::move(tap);
}

void LiveSession::setVolume(float factor) {
    volume_ = factor;
    if (audio_) {
        audio_->setVolume(factor);
    }
}

bool LiveSession::hasAudio() const { return audio_ && audio_->isUsable(); }

void LiveSession::setPaused(bool paused) {
    {
        const std::lock_guard lock(mutex_);
        const bool over = state_ == PlayState::Ended || state_ == PlayState::Failed;
        if (state_ == PlayState::Closed || (over && (paused || description_->live))) {
            return;
        }
        if (over) {  // play again
            requestSeek(MediaTime::zero());
        }
        deviceStands_ = false;  // perhaps it was plugged in again
        if (paused && !paused_) {
            resumeAt_ = due(clock_.now());
            halt();
        } else if (!paused && paused_ && resumeAt_ && !seekTo_) {
            anchor(*resumeAt_);
        }
        paused_ = paused;
        steps_ = 0;
        state_ = paused ? PlayState::Paused : PlayState::Playing;
    }
    changed_.notify_all();
    callbacks_.stateChanged();
}

void LiveSession::requestSeek(MediaTime time) {
    seekTo_ = std::max(time, MediaTime::zero());
    steps_ = 0;
    ++generation_;
    error_.reset();
    resumeAt_.reset();
    halt();
}

void LiveSession::seek(MediaTime time) {
    {
        const std::lock_guard lock(mutex_);
        if (!description_ || description_->live) {
            return;
        }
        requestSeek(time);
        state_ = paused_ ? PlayState::Paused : PlayState::Playing;
    }
    changed_.notify_all();
    callbacks_.stateChanged();
}

void LiveSession::step(int count) {
    {
        const std::lock_guard lock(mutex_);
        if (!description_ || description_->live || (state_ == PlayState::Ended && count > 0)) {
            return;
        }
        if (!paused_) {
            resumeAt_ = due(clock_.now());
        }
        halt();
        paused_ = true;
        state_ = PlayState::Paused;
        steps_ = (steps_ > 0) == (count > 0) ? steps_ + count : count;  // back is not forth
    }
    changed_.notify_all();
    callbacks_.stateChanged();
}

void LiveSession::setSpeed(double speed) {
    {
        const std::lock_guard lock(mutex_);
        const auto at = due(clock_.now());
        speed_ = std::clamp(speed, kSlowest, kFastest);
        if (anchorPts_) {
            anchor(at.value_or(*anchorPts_));
        }
    }
    changed_.notify_all();
}

void LiveSession::setLoopRange(std::optional<TimeRange> range) {
    {
        const std::lock_guard lock(mutex_);
        loop_ = range && range->start < range->end ? range : std::nullopt;
    }
    changed_.notify_all();
}

double LiveSession::speed() const {
    const std::lock_guard lock(mutex_);
    return speed_;
}

std::optional<TimeRange> LiveSession::loopRange() const {
    const std::lock_guard lock(mutex_);
    return loop_;
}

std::optional<MediaTime> LiveSession::position() const {
    const std::lock_guard lock(mutex_);
    return due(clock_.now());
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
    metrics.notShown = preview_.dropped();
    metrics.audioUnderruns = audio_ ? audio_->underruns() : 0;
    {
        const std::lock_guard lock(mutex_);
        metrics.late = late_;
    }
    if (worker_) {
        metrics.captionsPerSecond = worker_->rate().perSecond(now);
        metrics.inference = worker_->inference().median();
        metrics.captionAge = worker_->age().median();
        metrics.latency = worker_->latency().percentiles();
        metrics.reusedShare = worker_->reusedShare();
        metrics.lastStages = worker_->lastStages();
    }
    return metrics;
}

void LiveSession::anchor(MediaTime pts) {
    anchorPts_ = pts;
    anchorTime_ = clock_.now();
    audioLeads_ = audio_ && !deviceStands_ && audio_->isUsable() && AudioPlayer::isAudible(speed_);
    heard_.reset();
    heardMoved_ = anchorTime_;
    if (audioLeads_) {
        audio_->play(pts, speed_);
    } else if (audio_) {
        audio_->stop();
    }
}

void LiveSession::halt() {
    anchorPts_.reset();
    audioLeads_ = false;
    if (audio_) {
        audio_->stop();
    }
}

std::optional<MediaTime> LiveSession::due(SteadyTime now) const {
    if (audioLeads_) {
        return audio_->position();
    }
    if (!anchorPts_) {
        return std::nullopt;
    }
    return *anchorPts_ + std::chrono::duration_cast<MediaTime>((now - anchorTime_) * speed_);
}

// Whether to go on without audio.
bool LiveSession::audioStands(std::optional<MediaTime> at, SteadyTime now) {
    if (at && at != heard_) {
        heard_ = at;
        heardMoved_ = now;
    }
    return !audio_->isUsable() || now - heardMoved_ >= kAudioPatience;
}

bool LiveSession::loops(MediaTime pts) const {
    return loop_ && shown_ && *shown_ >= loop_->start && *shown_ < loop_->end && pts >= loop_->end;
}

bool LiveSession::waitUntilDue(std::unique_lock<std::mutex>& lock, const std::stop_token& stop, MediaTime pts,
                               bool live) {
    while (!stop.stop_requested() && !seekTo_) {
        if (paused_) {
            if (live) {
                return false;  // a camera's frames are stale after a pause
            }
            if (steps_ > 0) {
                --steps_;
                resumeAt_ = pts;
                return true;
            }
            if (steps_ < 0 && shown_) {
                const int left = steps_ + 1;
                // What is on screen just before the present frame is the one before it.
                requestSeek(*shown_ - MediaTime(1));
                steps_ = left;
                return false;
            }
            changed_.wait(lock, stop, [this] { return !paused_ || seekTo_ || steps_ != 0; });
            continue;
        }
        if (live) {
            return true;
        }
        if (!anchorPts_) {
            anchor(pts);
            return true;
        }
        const SteadyTime now = clock_.now();
        const auto at = due(now);
        if (audioLeads_ && audioStands(at, now)) {
            if (audio_->isUsable()) {
                logger("pipeline")->warn("The audio device stands still; the video goes on without sound.");
                deviceStands_ = true;
            }
            audioLeads_ = false;
            audio_->stop();
            anchorPts_ = at.value_or(heard_.value_or(*anchorPts_));
            anchorTime_ = now;
            continue;
        }
        if (!at) {
            clock_.waitUntil(changed_, lock, stop, heardMoved_ + kAudioPatience);
            continue;
        }
        const bool again = loops(pts);
        const MediaTime wanted = again ? loop_->end : pts;
        if (wanted <= *at) {
            if (again) {
                requestSeek(loop_->start);
                return false;
            }
            if (*at - pts > std::chrono::duration_cast<MediaTime>(kMaxLag * speed_)) {
                anchor(pts);
            }
            return true;
        }
        const auto left = std::chrono::duration_cast<SteadyTime::duration>((wanted - *at) / speed_);
        clock_.waitUntil(changed_, lock, stop,
                         now + (audioLeads_ ? std::max<SteadyTime::duration>(left, kLookAgain) : left));
    }
    return false;
}

// The last frame has its time on screen too. There is none to step to behind it.
bool LiveSession::waitAtEnd(std::unique_lock<std::mutex>& lock, const std::stop_token& stop, MediaTime end, bool live) {
    while (live || waitUntilDue(lock, stop, end, live)) {
        if (live || !paused_) {
            return true;
        }
        steps_ = 0;
        resumeAt_ = end;
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
                if (target) {  // a sought frame is shown at once, paused or not
                    if (paused_) {
                        resumeAt_ = frame->pts;
                    } else if (!seekTo_) {
                        anchor(frame->pts);
                    }
                } else if (!waitUntilDue(lock, stop, frame->pts, live)) {
                    continue;
                }
                const auto at = due(clock_.now());
                late_ += at && frame->duration > MediaTime::zero() && *at > frame->pts + frame->duration ? 1 : 0;
                shown_ = frame->pts;
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
        if (ended && !live && end > MediaTime::zero()) {
            end = std::max(end, source.description().duration);  // the last picture stays as long as the sound goes on
        }
        if (!ended) {
            logger("pipeline")->info("{} {}", error.message, error.detail);  // who asks for error() tells it
        }
        {
            std::unique_lock lock(mutex_);
            if (!waitAtEnd(lock, stop, end, live)) {
                continue;
            }
            if (ended && (canLoop || (loop_ && shown_ && *shown_ >= loop_->start))) {
                requestSeek(loop_ ? loop_->start : MediaTime::zero());
                continue;
            }
            state_ = ended ? PlayState::Ended : PlayState::Failed;
            error_ = ended ? std::nullopt : std::optional(error);
            halt();
        }
        callbacks_.stateChanged();
        if (live) {
            return;
        }
        std::unique_lock lock(mutex_);
        changed_.wait(lock, stop, [this] { return seekTo_ || steps_ < 0; });
    }
}

}  // namespace sightline
