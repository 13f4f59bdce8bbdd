// A video's sound that waits while its picture stands still.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/media/audio_source.h"
#include "core/media/frozen_time.h"

namespace sightline {

// Every sample comes out as it went in, and none is missing. A freeze is silent but for its ends: there what comes
// next fades out, and what was before fades in, so that nothing clicks. One thread.
class FrozenSound final : public AudioSource {
public:
    // `sound` from its beginning. `times`: of freezes.
    FrozenSound(std::unique_ptr<AudioSource> sound, const FrozenTimeLine& times);

    const AudioFormat& format() const override { return sound_->format(); }
    Result<std::size_t> read(std::span<float> samples) override;
    Result<void> seek(MediaTime time) override;
    void interrupt() override { sound_->interrupt(); }

private:
    // In sample frames of the longer time line.
    struct Pause {
        std::int64_t start = 0;
        std::int64_t length = 0;
    };

    Result<std::size_t> readOn(std::span<float> samples);
    Result<void> readAhead();
    void fillPause(std::span<float> samples, const Pause& pause) const;

    const std::unique_ptr<AudioSource> sound_;
    const std::size_t channels_;
    const std::int64_t fade_;  // sample frames
    std::vector<Pause> pauses_;
    std::size_t next_ = 0;  // the first that is not over
    std::int64_t position_ = 0;
    std::vector<float> before_;  // given out last, as far as it fades
    std::vector<float> ahead_;   // read, and to be given out after the pause
};

}  // namespace sightline
