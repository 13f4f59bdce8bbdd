// Sound that is taken as it is made, as a track of a file. Included by core/media/writing only.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/media/writing/coded_sound.h"
#include "core/media/writing/sound_encoder.h"
#include "core/media/writing/sound_muxer.h"

namespace sightline {

// Takes sound and encodes it, as far as it is asked to. One thread.
class SoundTrack {
public:
    // `sound` outlives it.
    SoundTrack(const SoundSupply& sound, SoundEncoder encoder, PacketSink sink);

    bool isOver() const { return isOver_; }
    MediaTime position() const { return timeOfFrame(read_, sound_.format.rate); }

    // Errors: those of the sound, of the encoder and of the sink.
    Result<void> step();

    // Steps until `time` is reached, or the end. Cancelled when `stop` was requested.
    Result<void> goTo(MediaTime time, const std::stop_token& stop);

private:
    Result<void> take(AVPacket& packet);
    Result<void> finish();

    const SoundSupply& sound_;
    SoundEncoder encoder_;
    const PacketSink sink_;
    std::optional<CodedSound> coded_;  // where somebody hears it
    std::vector<float> samples_;
    std::int64_t read_ = 0;  // sample frames
    bool isOver_ = false;
};

}  // namespace sightline
