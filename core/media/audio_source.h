// Where sound comes from: the audio of a video file, a test's known samples.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/clock.h"
#include "core/base/result.h"

namespace sightline {

// Of all samples within the program: float, interleaved, -1 to 1.
struct AudioFormat {
    int rate = 48'000;  // sample frames a second
    int channels = 2;
    // Which loudspeaker each channel is for, a bit each in the order of the channels, as WAVE and FFmpeg number them
    // (1: left, 2: right, 4: centre, 8: low frequencies, ...). Zero: the usual places for so many channels.
    std::uint64_t places = 0;

    bool operator==(const AudioFormat&) const = default;
};

// When the sample frame at an index is heard; for any length of sound.
inline MediaTime timeOfFrame(std::int64_t index, int rate) {
    return std::chrono::seconds(index / rate) +
           std::chrono::nanoseconds(std::chrono::seconds(1)) * (index % rate) / rate;
}

// A sample frame is one sample of each channel. They stand on the same time line as the pictures: the one at index n of
// the time line is heard at MediaTime n / rate. Where there is no audio on that line (it starts later, has gaps, is
// damaged) there are zeros.
// All calls from one thread at a time, except interrupt().
class AudioSource {
public:
    AudioSource() = default;
    AudioSource(const AudioSource&) = delete;
    AudioSource& operator=(const AudioSource&) = delete;
    virtual ~AudioSource() = default;

    virtual const AudioFormat& format() const = 0;

    // Fills `samples`, whose size is a multiple of the channels, with what comes next; returns how many sample frames
    // there were: fewer than asked for at the end of the audio, then zero. Error: Cancelled after interrupt().
    virtual Result<std::size_t> read(std::span<float> samples) = 0;

    // Makes the next read() begin with the sample frame at `time`, at zero for earlier times. Error: Cancelled, Io.
    virtual Result<void> seek(MediaTime time) = 0;

    // Any thread: makes a running call return Cancelled soon, and later ones at once.
    virtual void interrupt() = 0;
};

}  // namespace sightline
