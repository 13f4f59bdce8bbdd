// Speech and music faster or slower at the same pitch.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/media/audio_source.h"

namespace sightline {

// libavfilter's atempo. One thread at a time.
class TimeStretch {
public:
    // Below, words smear and ring; above, atempo leaves out parts and words are not understood.
    static constexpr double kSlowest = 0.5;
    static constexpr double kFastest = 2.0;

    // Errors: Unsupported (a speed outside kSlowest and kFastest, or this FFmpeg lacks the filter).
    static Result<std::unique_ptr<TimeStretch>> create(const AudioFormat& format, double speed);

    virtual ~TimeStretch() = default;

    // Takes interleaved samples; an empty span says that there are no more.
    virtual void push(std::span<const float> samples) = 0;

    // Puts what is ready behind what `samples` holds. The n-th sample frame that came out belongs to the n * speed-th
    // that was put in; atempo mixes overlapping windows, so a sharp sound may come up to 40 ms of the original too
    // early.
    virtual void pull(std::vector<float>& samples) = 0;
};

}  // namespace sightline
