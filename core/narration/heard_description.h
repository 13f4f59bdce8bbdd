// One description over the programme while that is played, to hear how it will be.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "core/media/audio_source.h"
#include "core/narration/described_sound.h"
#include "core/narration/voice.h"

namespace sightline {

// What is heard, and when; immutable once it is shown to a player.
struct HeardDescription {
    TimeRange range;
    MixOptions mix;
    std::vector<float> samples;  // one channel, at the rate of the player, from range.start on
};

// `sound` at `rate` samples a second, said `fastness` times as fast and `gain` dB louder. Errors: Io, and those of
// samplesOf().
Result<std::vector<float>> heardSamples(const SpokenSound& sound, int rate, double fastness, double gain);

// Where the window puts what is heard and the player takes it from. Any thread.
class HeardSlot {
public:
    void set(std::shared_ptr<const HeardDescription> heard);  // null: nothing
    std::shared_ptr<const HeardDescription> get() const;

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const HeardDescription> heard_;
};

// The programme, ducked under what is in the slot and with that over it, as DescribedSound mixes it, but for the
// limiter: what is too loud is cut. `programme` not null.
std::unique_ptr<AudioSource> hearingOver(std::unique_ptr<AudioSource> programme, std::shared_ptr<HeardSlot> slot);

// A programme of silence, of a video that has no sound.
std::unique_ptr<AudioSource> silence(const AudioFormat& format, MediaTime duration);

}  // namespace sightline
