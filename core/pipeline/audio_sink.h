// Where sound goes to: a sound card, a test's ear.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "core/base/clock.h"
#include "core/media/audio_source.h"

namespace sightline {

class AudioSink {
public:
    // Called on a thread of the sink's own, again and again while it runs. Fills all of `samples` with what is heard
    // next, the first of them `latency` after the call. `run` is the one that start() was called with.
    using Fill = std::function<void(std::uint64_t run, std::span<float> samples, std::chrono::nanoseconds latency)>;

    AudioSink() = default;
    AudioSink(const AudioSink&) = delete;
    AudioSink& operator=(const AudioSink&) = delete;
    virtual ~AudioSink() = default;

    virtual const AudioFormat& format() const = 0;

    // From now on samples come from `fill`; null: from nobody, and no call of the one before goes on after the return.
    // Not from within a fill, and not while it may wait for the caller.
    virtual void setFill(Fill fill) = 0;

    // Any thread, both return at once. What was filled before and not heard yet is dropped.
    virtual void start(std::uint64_t run) = 0;
    virtual void stop() = 0;
};

}  // namespace sightline
