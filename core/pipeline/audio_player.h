// Plays the audio of a video and tells which moment of it is heard now.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "core/base/clock.h"
#include "core/media/files/time_stretch.h"
#include "core/pipeline/audio_sink.h"

namespace sightline {

// Opens the audio of the video; null where it has none.
using AudioOpener = std::function<Result<std::unique_ptr<AudioSource>>()>;

// The audio thread opens, decodes and stretches into a buffer of 300 ms and waits when that is full; the sink takes
// from it, and gets silence where nothing is ready or the audio is over. All calls from any thread; none waits.
class AudioPlayer {
public:
    // `changed` comes without a lock held from the audio thread and the sink's when isUsable() or position() begins to
    // have another answer than before, other than by time passing. Clock and sink must outlive the player.
    AudioPlayer(const Clock& clock, AudioSink& sink, AudioOpener open, std::function<void()> changed);
    ~AudioPlayer();
    AudioPlayer(const AudioPlayer&) = delete;
    AudioPlayer& operator=(const AudioPlayer&) = delete;

    // Speeds at which audio is played; at others the picture goes alone.
    static bool isAudible(double speed) { return speed >= TimeStretch::kSlowest && speed <= TimeStretch::kFastest; }

    // Plays from `from` on, in place of what was played before. `speed` must be audible.
    void play(MediaTime from, double speed);
    void stop();

    // What is heard now; empty while nothing is: after play() until the sink sounds, and after stop().
    std::optional<MediaTime> position() const;

    // False when the video has no audio or it cannot be played any more; true while that is not known yet.
    bool isUsable() const;

    void setVolume(float factor);  // 0 to 1, of the samples

    // Times the sink asked for samples that were not ready.
    std::uint64_t underruns() const;

private:
    void run(const std::stop_token& stop);
    bool begin(const std::stop_token& stop);  // opens the source
    void giveUp(const Error& error);
    void fill(std::uint64_t run, std::span<float> samples, std::chrono::nanoseconds latency);
    std::size_t framesIn(std::size_t floats) const { return floats / static_cast<std::size_t>(format_.channels); }
    MediaTime spanOf(std::uint64_t frames) const;

    // immutable
    const Clock& clock_;
    AudioSink& sink_;
    const AudioFormat format_;
    const AudioOpener open_;
    const std::function<void()> changed_;

    // guarded by mutex_
    mutable std::mutex mutex_;
    std::condition_variable_any wake_;
    std::unique_ptr<AudioSource> source_;  // written by the audio thread, which alone reads from it
    bool usable_ = true;
    std::uint64_t run_ = 0;  // raised by every play() and stop()
    bool playing_ = false;
    MediaTime from_{};
    double speed_ = 1.0;
    float volume_ = 1.0F;
    float lastVolume_ = 1.0F;          // at the end of the latest fill
    std::deque<float> buffer_;         // of this run
    std::uint64_t given_ = 0;          // sample frames of this run that the sink has
    std::uint64_t anchorFrame_ = 0;    // this one of them ...
    std::optional<SteadyTime> heard_;  // ... is heard at this time; empty before the first
    std::uint64_t underruns_ = 0;

    std::jthread thread_;  // last: it uses all of the above
};

}  // namespace sightline
