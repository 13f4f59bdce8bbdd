// Samples into packets of a codec. Included by core/media/writing only.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "core/base/result.h"
#include "core/media/audio_source.h"
#include "core/media/ffmpeg_common.h"
#include "core/media/writing/encode_frame.h"

struct AVAudioFifo;
struct SwrContext;

namespace sightline {

// As sound of films has it, above the 64 kbit/s that FFmpeg's own AAC encoder is at its default, because most is
// encoded for the second time: https://trac.ffmpeg.org/wiki/Encode/AAC
constexpr std::int64_t kBitsPerSecondAndChannel = 96'000;
constexpr int kMostAacChannels = 6;  // that are played everywhere; more are mixed down

// Of those that the codec takes the rate itself, else the least above it, else the highest.
int sampleRateFor(const AVCodec& codec, int rate);

// One thread.
class SoundEncoder {
public:
    // Fills in the codec of `to`. Rate and layout stay where the codec has them; more channels than AAC takes
    // everywhere, six, are mixed down to those. `globalHeader`: of the container. Error: Unsupported.
    static Result<SoundEncoder> open(const AudioFormat& from, AVCodecID codec, AVStream& to, bool globalHeader);
    SoundEncoder(SoundEncoder&&) noexcept;
    SoundEncoder(const SoundEncoder&) = delete;
    SoundEncoder& operator=(const SoundEncoder&) = delete;
    SoundEncoder& operator=(SoundEncoder&&) = delete;
    ~SoundEncoder();

    AVRational timeBase() const { return encoder_->time_base; }
    const AVCodecContext& codec() const { return *encoder_; }
    bool isExact() const;  // what is decoded is what was encoded

    // Interleaved, as `from` says; the first sample has the time zero. Errors: those of `sink`, Internal.
    Result<void> write(std::span<const float> samples, const PacketSink& sink);
    Result<void> finish(const PacketSink& sink);

private:
    struct ResamplerDeleter {
        void operator()(SwrContext* context) const;
    };
    struct FifoDeleter {
        void operator()(AVAudioFifo* fifo) const;
    };

    SoundEncoder() = default;
    Result<void> convert(const float* samples, int count, const PacketSink& sink);
    Result<void> encodeFull(int least, const PacketSink& sink);
    Result<void> encode(const AVFrame* frame, const PacketSink& sink);

    int channels_ = 0;  // of what comes in
    int rate_ = 0;
    CodecContextPtr encoder_;
    std::unique_ptr<SwrContext, ResamplerDeleter> resampler_;
    std::unique_ptr<AVAudioFifo, FifoDeleter> fifo_;
    std::int64_t encoded_ = 0;  // sample frames
};

}  // namespace sightline
