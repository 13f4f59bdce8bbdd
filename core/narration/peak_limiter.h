// Keeps a sound's true peaks under a ceiling, and is silent about all that stays under it anyway.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/media/audio_source.h"

namespace sightline {

// Peaks between samples are those that four times as many samples show (ITU-R BS.1770-4, annex 2). The gain falls
// before a peak within 5 ms and rises behind it within 100 ms; where no peak is over the ceiling, samples come out as
// they went in. All channels get one gain. One thread.
class PeakLimiter {
public:
    // `ceiling` in dBTP.
    PeakLimiter(const AudioFormat& format, double ceiling);

    // Interleaved. What comes out is appended to `out`, some ms later than it came in.
    void push(std::span<const float> samples, std::vector<float>& out);
    // The rest.
    void finish(std::vector<float>& out);
    // How far the highest true peak that went in was over the ceiling, in dB; zero where none was.
    double mostOver() const;

private:
    void measure(std::size_t last);  // peaks of the frames before `last`
    float peakAt(std::size_t frame) const;
    void giveOut(std::size_t keep, std::vector<float>& out);

    const std::size_t channels_;
    const float ceiling_;
    const std::size_t attack_;      // sample frames
    const float release_;           // share of the way back to 1 that the gain goes in a sample frame
    std::vector<float> held_;       // not given out yet, behind kTaps / 2 frames that were
    std::vector<float> wanted_;     // gain that each of those frames asks for, as far as it is known
    std::size_t ready_ = 0;         // frames of held_ that were given out
    std::ptrdiff_t lastOver_ = -1;  // of held_, the last frame known to need less gain
    float gain_ = 1.0F;
    float least_ = 1.0F;  // that any frame asked for
};

}  // namespace sightline
