// A live source that comes back: a camera plugged in again, a stream whose server was restarted.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

#include "core/media/frame_source.h"

namespace sightline {

enum class SourceState : std::uint8_t { Connecting, Live, Waiting };

struct SourceStatus {
    SourceState state = SourceState::Connecting;
    std::optional<Error> problem;   // why it waits or connects again
    int attempt = 0;                // since the last picture
    SteadyTime nextAttempt{};       // while Waiting
    StreamDescription description;  // while Live: the mode it really runs in
};

// What people are told about a source. Any thread. It outlives the source, whose session may be closing.
class SourceHealth {
public:
    // `changed` is called on the source's reading thread, without a lock held, and must return at once.
    explicit SourceHealth(std::function<void()> changed = [] {}) : changed_(std::move(changed)) {}

    SourceStatus status() const;
    void set(SourceStatus status);

private:
    const std::function<void()> changed_;  // immutable

    mutable std::mutex mutex_;  // guards status_
    SourceStatus status_;
};

struct ReconnectOptions {
    std::chrono::milliseconds firstWait = std::chrono::milliseconds(500);
    std::chrono::milliseconds longestWait = std::chrono::seconds(8);  // each wait is twice the one before, up to here
    bool patient = false;  // also wait for a source that was never there; otherwise its error ends read()
};

// Opens its source in the first read(), so that making one never waits. When the source fails it is told, closed, and
// opened again after a wait; ids and times of its frames go on. The description names the source only: its size is
// known once it is open. End of stream ends it: a file does not come back.
class ReconnectingSource final : public FrameSource {
public:
    // Called on the reading thread; returns Cancelled soon after `stop` is requested.
    using Opener = std::function<Result<std::unique_ptr<FrameSource>>(const std::stop_token& stop)>;

    ReconnectingSource(std::string name, Opener open, const Clock& clock, std::shared_ptr<SourceHealth> health,
                       const ReconnectOptions& options = {});

    const StreamDescription& description() const override { return description_; }
    Result<Frame> read() override;
    Result<void> seek(MediaTime) override { return fail(ErrorCode::Unsupported, "A live source cannot be sought."); }
    void interrupt() override;

private:
    Result<void> connect();
    bool wait(Error problem);  // false when interrupted
    Error cancelled() const { return {ErrorCode::Cancelled, "Reading was cancelled.", {}}; }

    // immutable
    const Opener open_;
    const Clock& clock_;
    const std::shared_ptr<SourceHealth> health_;
    const ReconnectOptions options_;
    StreamDescription description_;

    // safe by itself
    std::stop_source stop_;

    // guarded by mutex_
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::unique_ptr<FrameSource> source_;  // changed by the reading thread only

    // reading thread only
    bool wasLive_ = false;
    int attempt_ = 0;
    std::chrono::milliseconds nextWait_;
    std::uint64_t next_ = 0;
    SteadyTime first_{};
};

}  // namespace sightline
