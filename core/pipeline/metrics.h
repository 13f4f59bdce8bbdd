// Rates and latencies as the counters panel shows them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

#include "core/base/clock.h"
#include "core/inference/captioner.h"

namespace sightline {

// Events per second over a sliding window, or over the last two where they are further apart. Any thread.
class RateMeter {
public:
    explicit RateMeter(std::chrono::nanoseconds window = std::chrono::seconds(2)) : window_(window) {}

    void tick(SteadyTime now);
    // Zero when nothing happened within the window, nor for three times as long as between events before.
    double perSecond(SteadyTime now) const;
    void reset();

private:
    void forget(SteadyTime now) const;

    // immutable
    const std::chrono::nanoseconds window_;

    // guarded by mutex_
    mutable std::mutex mutex_;
    mutable std::deque<SteadyTime> events_;
};

struct Percentiles {
    std::chrono::nanoseconds p50{};
    std::chrono::nanoseconds p95{};
    std::chrono::nanoseconds p99{};
};

// Median over the last `capacity` durations. Any thread.
class DurationWindow {
public:
    explicit DurationWindow(std::size_t capacity = 64) : capacity_(capacity) {}

    void add(std::chrono::nanoseconds value);
    std::optional<std::chrono::nanoseconds> median() const;
    std::optional<Percentiles> percentiles() const;  // nearest rank
    void reset();

private:
    // immutable
    const std::size_t capacity_;

    // guarded by mutex_
    mutable std::mutex mutex_;
    std::deque<std::chrono::nanoseconds> values_;
};

inline constexpr std::size_t kLatencies = 1000;

// One reading of a live session's counters.
struct SessionMetrics {
    double capturedFps = 0.0;  // frames the source delivered
    double captionsPerSecond = 0.0;
    std::optional<std::chrono::nanoseconds> inference;   // median of whole captions
    std::optional<std::chrono::nanoseconds> captionAge;  // median, from a frame's capture to its caption
    std::optional<Percentiles> latency;                  // the same, of the last kLatencies captions
    std::optional<double> reusedShare;                   // of this source's captions, 0..1
    std::uint64_t dropped = 0;                           // frames captured but never captioned
    std::uint64_t notShown = 0;                          // frames that the preview had no time to take
    std::uint64_t late = 0;                              // frames of a file shown when the next was due already
    std::uint64_t audioUnderruns = 0;                    // the audio device got silence in place of sound
    std::optional<StageTimes> lastStages;
};

}  // namespace sightline
