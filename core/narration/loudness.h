// How loud a sound is to people: EBU R128 and ITU-R BS.1770.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>

#include "core/base/result.h"
#include "core/media/audio_source.h"

namespace sightline {

// What programmes without a loudness of their own have: EBU R128's target.
inline constexpr double kTargetLoudness = -23.0;  // LUFS

// How loud a description is to be over a programme of that loudness: as loud, but not so that it drowns or shouts.
double descriptionLoudness(std::optional<double> programme);

// Integrated loudness over all that was added, in constant memory. One thread.
class LoudnessMeter {
public:
    explicit LoudnessMeter(const AudioFormat& format);
    LoudnessMeter(LoudnessMeter&&) noexcept;
    LoudnessMeter(const LoudnessMeter&) = delete;
    LoudnessMeter& operator=(const LoudnessMeter&) = delete;
    LoudnessMeter& operator=(LoudnessMeter&&) = delete;
    ~LoudnessMeter();

    void add(std::span<const float> samples);  // interleaved
    // In LUFS; nothing for silence and for less than 0.4 s.
    std::optional<double> integrated() const;
    float peak() const;  // the highest sample

private:
    struct State;
    std::unique_ptr<State> state_;
};

// Adds all that `source`, of the meter's format, still has. Errors: those of its read(); Cancelled.
Result<void> measure(AudioSource& source, LoudnessMeter& meter, const std::function<void(MediaTime)>& progress = {},
                     const std::stop_token& stop = {});
// Of all that `source` still has. Errors as above.
Result<std::optional<double>> loudnessOf(AudioSource& source, const std::function<void(MediaTime)>& progress = {},
                                         const std::stop_token& stop = {});

}  // namespace sightline
