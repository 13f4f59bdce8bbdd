// Finding the beeps in the files that tests/make_sound_fixtures.sh makes.
#pragma once

#include <cmath>
#include <vector>

#include "core/media/audio_source.h"

namespace sightline::test {

// Where a stretch of silence of 100 ms at least ends: the index of the first sample frame louder than `threshold`.
inline std::vector<std::size_t> beepStarts(const std::vector<float>& samples, const AudioFormat& format,
                                           float threshold = 0.4F) {
    std::vector<std::size_t> starts;
    const auto channels = static_cast<std::size_t>(format.channels);
    const auto silence = static_cast<std::size_t>(format.rate / 10);
    std::size_t quiet = silence;
    for (std::size_t i = 0; i * channels < samples.size(); ++i) {
        if (std::abs(samples[i * channels]) > threshold) {
            if (quiet >= silence) {
                starts.push_back(i);
            }
            quiet = 0;
        } else {
            ++quiet;
        }
    }
    return starts;
}

// Everything from where the source stands to its end, read in steps of `step` sample frames.
inline std::vector<float> readAll(AudioSource& source, std::size_t step = 1000) {
    std::vector<float> all;
    std::vector<float> block(step * static_cast<std::size_t>(source.format().channels));
    while (true) {
        const auto count = source.read(block);
        if (!count || *count == 0) {
            return all;
        }
        all.insert(all.end(), block.begin(),
                   block.begin() + static_cast<std::ptrdiff_t>(*count) * source.format().channels);
    }
}

}  // namespace sightline::test
