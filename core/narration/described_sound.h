// A programme's sound with its description: the mix that listeners hear.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "core/captions/time_range.h"
#include "core/media/audio_source.h"
#include "core/narration/peak_limiter.h"

namespace sightline {

struct MixOptions {
    double ducking = 9.0;                                // dB that the programme goes down under a description
    MediaTime attack = std::chrono::milliseconds(150);   // over before a description begins
    MediaTime release = std::chrono::milliseconds(400);  // from its end on
    double ceiling = -1.5;  // dBTP; half a dB under the -1 dBTP of EBU R128, for what codecs add

    bool operator==(const MixOptions&) const = default;
};

// A description in the mix.
struct SpokenClip {
    MediaTime start{};
    MediaTime length{};          // no sample of it is heard later
    std::filesystem::path file;  // one channel, as a voice spoke it
    double rate = 1.0;           // times that
    double gain = 0.0;           // dB
    bool ducks = true;           // false: the programme waits meanwhile
};

// The samples of a clip at `rate` a second, at its own speed and gain. Errors: those of openSoundFile(), Unsupported.
Result<std::vector<float>> samplesOf(const SpokenClip& clip, int rate);

// What the programme is multiplied with at each moment: 1, down to the ducking under descriptions. Ramps are straight
// in decibels. Between two descriptions so near that it would rise only to fall, it stays down. Pure.
class DuckingCurve {
public:
    // `descriptions` in order, none over another.
    DuckingCurve(const std::vector<TimeRange>& descriptions, const MixOptions& options);

    // dB, at or under zero. `time` must not be earlier than that of the call before.
    double at(MediaTime time);

private:
    std::vector<TimeRange> stretches_;  // in which it is down all the way
    const MixOptions options_;
    std::size_t next_ = 0;  // the first stretch whose release is not over
};

// Which share of a description each channel of a layout gets: all in the centre, where there is one; half the power
// each left and right, where not.
std::vector<float> centreShares(const AudioFormat& format);

// Sample for sample as long as the programme, or as `duration` and the last description, whichever is longest. Memory
// does not grow with that: clips are read when their turn comes. One thread.
class DescribedSound {
public:
    // `programme`: from its beginning; null: there is none, and the mix is what is described alone. `format`: of the
    // mix, and of `programme`. `clips` in order.
    DescribedSound(std::unique_ptr<AudioSource> programme, const AudioFormat& format, std::vector<SpokenClip> clips,
                   MediaTime duration, const MixOptions& options);

    const AudioFormat& format() const { return format_; }

    // As AudioSource::read(). Errors: those of the programme and of samplesOf().
    Result<std::size_t> read(std::span<float> samples);

private:
    Result<void> mixMore();
    Result<void> addClips(std::span<float> mixed);
    std::int64_t frameAt(MediaTime time) const;

    AudioFormat format_;
    std::unique_ptr<AudioSource> programme_;
    std::vector<SpokenClip> clips_;
    std::vector<float> shares_;
    std::int64_t end_ = 0;  // sample frame
    DuckingCurve curve_;
    PeakLimiter limiter_;
    std::int64_t position_ = 0;  // sample frames mixed
    bool programmeEnded_ = false;
    bool isFinished_ = false;
    std::size_t nextClip_ = 0;
    std::vector<float> clip_;     // samples of clips_[nextClip_], while it is heard
    std::vector<float> pending_;  // mixed, not given out
    std::size_t given_ = 0;       // of pending_
};

}  // namespace sightline
