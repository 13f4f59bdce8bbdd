#include "core/media/writing/sound_track.h"

#include "core/media/writing/container_io.h"

namespace sightline {
namespace {

constexpr std::size_t kStep = 4096;  // sample frames

}  // namespace

SoundTrack::SoundTrack(const SoundSupply& sound, SoundEncoder encoder, PacketSink sink)
    : sound_(sound), encoder_(std::move(encoder)), sink_(std::move(sink)),
      samples_(kStep * static_cast<std::size_t>(sound.format.channels)) {}

Result<void> SoundTrack::take(AVPacket& packet) {
    if (coded_) {  // first, because writing takes the packet's content away
        if (auto heard = coded_->hear(&packet, sound_.heard); !heard) {
            return heard;
        }
    }
    return sink_(packet);
}

Result<void> SoundTrack::finish() {
    isOver_ = true;
    if (auto rest = encoder_.finish([this](AVPacket& packet) { return take(packet); }); !rest) {
        return rest;
    }
    return coded_ ? coded_->hear(nullptr, sound_.heard) : Result<void>();
}

Result<void> SoundTrack::step() {
    if (sound_.heard && !coded_ && !encoder_.isExact()) {
        auto coded = CodedSound::open(encoder_.codec());
        if (!coded) {
            return tl::unexpected(coded.error());
        }
        coded_ = std::move(*coded);
    }
    const auto count = sound_.read(samples_);
    if (!count) {
        return tl::unexpected(count.error());
    }
    if (*count == 0) {
        return finish();
    }
    read_ += static_cast<std::int64_t>(*count);
    const auto samples = std::span(samples_).first(*count * static_cast<std::size_t>(sound_.format.channels));
    return encoder_.write(samples, [this](AVPacket& packet) { return take(packet); });
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
