#include "core/media/live/reconnecting_source.h"

#include <algorithm>
#include <utility>

#include "core/base/logging.h"

namespace sightline {

SourceStatus SourceHealth::status() const {
    const std::lock_guard lock(mutex_);
    return status_;
}

void SourceHealth::set(SourceStatus status) {
    {
        const std::lock_guard lock(mutex_);
        status_ = std::move(status);
    }
    changed_();
}

ReconnectingSource::ReconnectingSource(std::string name, Opener open, const Clock& clock,
                                       std::shared_ptr<SourceHealth> health, const ReconnectOptions& options)
    : open_(std::move(open)), clock_(clock), health_(std::move(health)), options_(options),
      nextWait_(options.firstWait) {
    description_.name = std::move(name);
    description_.live = true;
}

void ReconnectingSource::interrupt() {
    stop_.request_stop();
    const std::lock_guard lock(mutex_);
    if (source_) {
        source_->interrupt();
    }
}

bool ReconnectingSource::wait(Error problem) {
    logger("media")->info("{} {}", problem.message, problem.detail);  // whoever watches tells it
    const SteadyTime until = clock_.now() + nextWait_;
    nextWait_ = std::min(2 * nextWait_, options_.longestWait);
    health_->set({SourceState::Waiting, std::move(problem), attempt_, until, {}});
    const std::stop_token stop = stop_.get_token();
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested() && clock_.now() < until) {
        clock_.waitUntil(changed_, lock, stop, until);
    }
    return !stop.stop_requested();
}

Result<void> ReconnectingSource::connect() {
    while (true) {
        if (stop_.stop_requested()) {
            return tl::unexpected(cancelled());
        }
        ++attempt_;
        SourceStatus status = health_->status();
        status.state = SourceState::Connecting;
        status.attempt = attempt_;
        health_->set(std::move(status));
        auto opened = open_(stop_.get_token());
        if (opened) {
            {
                const std::lock_guard lock(mutex_);
                source_ = std::move(*opened);
            }
            if (stop_.stop_requested()) {  // interrupt() came before there was a source to tell
                return tl::unexpected(cancelled());
            }
            return {};
        }
        const bool gone = stop_.stop_requested() || opened.error().code == ErrorCode::Cancelled;
        if (gone || (!wasLive_ && !options_.patient)) {
            return tl::unexpected(gone ? cancelled() : opened.error());
        }
        if (!wait(opened.error())) {
            return tl::unexpected(cancelled());
        }
    }
}

Result<Frame> ReconnectingSource::read() {
    while (true) {
        if (!source_) {
            if (auto connected = connect(); !connected) {
                return tl::unexpected(connected.error());
            }
        }
        auto frame = source_->read();
        if (frame) {
            if (attempt_ > 0) {
                health_->set({SourceState::Live, std::nullopt, 0, {}, source_->description()});
                attempt_ = 0;
                nextWait_ = options_.firstWait;
                wasLive_ = true;
            }
            if (next_ == 0) {
                first_ = frame->captured;
            }
            frame->id = next_++;
            frame->pts = frame->captured - first_;
            return frame;
        }
        const ErrorCode code = frame.error().code;
        if (stop_.stop_requested() || code == ErrorCode::Cancelled || code == ErrorCode::EndOfStream) {
            return frame;
        }
        {
            const std::unique_ptr<FrameSource> old = [this] {
                const std::lock_guard lock(mutex_);
                return std::move(source_);
            }();
        }
        if (!wasLive_ && !options_.patient) {
            return frame;
        }
        if (!wait(frame.error())) {
            return tl::unexpected(cancelled());
        }
    }
}

}  // namespace sightline
