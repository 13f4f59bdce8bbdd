#include "core/media/writing/sound_track.h"

#include "core/media/writing/container_io.h"

namespace sightline {
namespace {

constexpr std::size_t kStep = 4096;  // sample frames

}  // namespace

SoundTrack::SoundTrack(const SoundSupply& sound, SoundEncoder encoder, SoundEncoder::Sink sink)
    : sound_(sound), encoder_(std::move(encoder)), sink_(std::move(sink)),
      samples_(kStep * static_cast<std::size_t>(sound.format.channels)) {}

Result<void> SoundTrack::step() {
    const auto count = sound_.read(samples_);
    if (!count) {
        return tl::unexpected(count.error());
    }
    if (*count == 0) {
        isOver_ = true;
        return encoder_.finish(sink_);
    }
    read_ += static_cast<std::int64_t>(*count);
    return encoder_.write(std::span(samples_).first(*count * static_cast<std::size_t>(sound_.format.channels)), sink_);
}

Result<void> SoundTrack::goTo(MediaTime time, const std::stop_token& stop) {
    while (!isOver_ && position() <= time) {
        if (stop.stop_requested()) {
            return tl::unexpected(cancelledWriting());
        }
        if (auto stepped = step(); !stepped) {
            return stepped;
        }
    }
    return {};
}

}  // namespace sightline
