// The inference thread of a live session.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "core/captions/caption_track.h"
#include "core/inference/captioner.h"
#include "core/pipeline/latest_frame.h"
#include "core/pipeline/metrics.h"
#include "core/pipeline/steady_captions.h"

namespace sightline {

// Takes the newest frame, captions it, appends the caption to the track and the steady captions, and wakes whoever
// shows it. Captions of an older generation than the current one are thrown away. Public calls from any thread; the
// destructor stops and joins.
class CaptionWorker {
public:
    // Everything referred to must outlive the worker. Results for frames of another generation than `generation` holds
    // are thrown away. `wake` carries no data and is called on the inference thread without a lock held.
    CaptionWorker(std::unique_ptr<Captioner> captioner, const SearchOptions& search, LatestFrame& frames,
                  const std::atomic<std::uint32_t>& generation, const Clock& clock, CaptionTrack& track,
                  SteadyCaptions& steady, std::function<void()> wake);

    const RateMeter& rate() const { return rate_; }
    const DurationWindow& inference() const { return inference_; }
    const DurationWindow& age() const { return age_; }
    const DurationWindow& latency() const { return latency_; }
    std::optional<double> reusedShare() const;
    std::optional<StageTimes> lastStages() const;
    std::optional<Error> lastError() const;
    // Forgets figures and errors of an earlier source.
    void resetMetrics();

private:
    void run(const std::stop_token& stop);

    // immutable
    const SearchOptions search_;
    LatestFrame& frames_;
    const std::atomic<std::uint32_t>& generation_;
    const Clock& clock_;
    CaptionTrack& track_;
    SteadyCaptions& steady_;
    const std::function<void()> wake_;

    // worker thread only
    std::unique_ptr<Captioner> captioner_;

    // safe by themselves
    RateMeter rate_;
    DurationWindow inference_;
    DurationWindow age_;
    DurationWindow latency_{kLatencies};

    // guarded by mutex_
    mutable std::mutex mutex_;
    std::optional<StageTimes> lastStages_;
    std::optional<Error> lastError_;
    std::uint64_t captions_ = 0;
    std::uint64_t reused_ = 0;

    std::jthread thread_;  // last: everything above exists before it starts and after it ends
};

}  // namespace sightline
