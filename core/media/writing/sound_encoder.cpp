#include "core/media/writing/sound_encoder.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

extern "C" {
#include <libavutil/audio_fifo.h>
#include <libavutil/channel_layout.h>
#include <libswresample/swresample.h>
}

namespace sightline {
namespace {

// Of codecs that take any number at a time.
constexpr int kFrameSize = 4096;
constexpr int kLeastSurround = 5;

Error encodeError(AVCodecID codec, int code) {
    return {ErrorCode::Unsupported,
            fmt::format("Cannot encode the sound as {}. Choose another kind of file.", avcodec_get_name(codec)),
            ffmpegErrorText(code)};
}

AVSampleFormat formatFor(const AVCodec& codec) {
    constexpr std::array kWanted{AV_SAMPLE_FMT_FLTP, AV_SAMPLE_FMT_FLT, AV_SAMPLE_FMT_S32, AV_SAMPLE_FMT_S16};
    const std::vector<AVSampleFormat> known = sampleFormats(codec);
    for (const AVSampleFormat wanted : kWanted) {
        if (std::ranges::find(known, wanted) != known.end()) {
            return wanted;
        }
    }
    return known.empty() ? AV_SAMPLE_FMT_S16 : known.front();
}

void layoutOf(const AudioFormat& format, AVChannelLayout& layout) {
    if (format.places == 0 || av_channel_layout_from_mask(&layout, format.places) < 0 ||
        layout.nb_channels != format.channels) {
        av_channel_layout_default(&layout, format.channels);
    }
}

}  // namespace

int sampleRateFor(const AVCodec& codec, int rate) {
    int best = 0;
    int highest = 0;
    for (const int known : sampleRates(codec)) {
        highest = std::max(highest, known);
        best = known >= rate && (best == 0 || known < best) ? known : best;
    }
    if (highest == 0) {
        return rate;  // any is taken
    }
    return best != 0 ? best : highest;
}

void SoundEncoder::ResamplerDeleter::operator()(SwrContext* context) const { swr_free(&context); }
void SoundEncoder::FifoDeleter::operator()(AVAudioFifo* fifo) const { av_audio_fifo_free(fifo); }
SoundEncoder::SoundEncoder(SoundEncoder&&) noexcept = default;
SoundEncoder::~SoundEncoder() = default;

Result<SoundEncoder> SoundEncoder::open(const AudioFormat& from, AVCodecID codecId, AVStream& to, bool globalHeader) {
    SoundEncoder made;
    made.channels_ = from.channels;
    made.rate_ = from.rate;
    // FFmpeg's own Opus encoder is experimental.
    const AVCodec* codec = codecId == AV_CODEC_ID_OPUS ? avcodec_find_encoder_by_name("libopus") : nullptr;
    codec = codec ? codec : avcodec_find_encoder(codecId);
    made.encoder_.reset(codec ? avcodec_alloc_context3(codec) : nullptr);
    if (!made.encoder_) {
        return tl::unexpected(encodeError(codecId, AVERROR_ENCODER_NOT_FOUND));
    }
    AVCodecContext& encoder = *made.encoder_;
    AVChannelLayout source{};
    layoutOf(from, source);
    if (codecId == AV_CODEC_ID_AAC) {
        // Surround at the sides is called surround at the back there; players know the usual order of six only.
        av_channel_layout_default(&encoder.ch_layout, std::min(from.channels, kMostAacChannels));
    } else if (codecId == AV_CODEC_ID_OPUS && from.channels >= kLeastSurround) {
        av_channel_layout_default(&encoder.ch_layout, from.channels);  // libopus refuses surround at the sides
    } else {
        av_channel_layout_copy(&encoder.ch_layout, &source);
    }
    encoder.sample_rate = sampleRateFor(*codec, from.rate);
    encoder.sample_fmt = formatFor(*codec);
    if (encoder.sample_fmt == AV_SAMPLE_FMT_S32) {
        encoder.bits_per_raw_sample = 24;
    }
    encoder.time_base = {1, encoder.sample_rate};
    if (codecId == AV_CODEC_ID_AAC || codecId == AV_CODEC_ID_OPUS) {
        encoder.bit_rate = kBitsPerSecondAndChannel * encoder.ch_layout.nb_channels;
    }
    encoder.flags |= globalHeader ? AV_CODEC_FLAG_GLOBAL_HEADER : 0;
    int code = avcodec_open2(&encoder, codec, nullptr);
    SwrContext* raw = nullptr;
    if (code >= 0) {
        code = swr_alloc_set_opts2(&raw, &encoder.ch_layout, encoder.sample_fmt, encoder.sample_rate, &source,
                                   AV_SAMPLE_FMT_FLT, from.rate, 0, nullptr);
        made.resampler_.reset(raw);
    }
    if (code >= 0) {
        code = swr_init(raw);
    }
    if (code >= 0) {
        made.fifo_.reset(av_audio_fifo_alloc(encoder.sample_fmt, encoder.ch_layout.nb_channels, kFrameSize));
        code = made.fifo_ ? avcodec_parameters_from_context(to.codecpar, &encoder) : AVERROR(ENOMEM);
    }
    av_channel_layout_uninit(&source);
    if (code < 0) {
        return tl::unexpected(encodeError(codecId, code));
    }
    if (codecId == AV_CODEC_ID_AAC) {
        to.codecpar->initial_padding = 0;  // see encode()
    }
    to.time_base = encoder.time_base;
    return made;
}

bool SoundEncoder::isExact() const {
    const AVCodecDescriptor* descriptor = avcodec_descriptor_get(encoder_->codec_id);
    return descriptor && (descriptor->props & AV_CODEC_PROP_LOSSLESS) != 0;
}

Result<void> SoundEncoder::write(std::span<const float> samples, const PacketSink& sink) {
    return convert(samples.data(), static_cast<int>(samples.size() / static_cast<std::size_t>(channels_)), sink);
}

Result<void> SoundEncoder::finish(const PacketSink& sink) {
    if (auto rest = convert(nullptr, 0, sink); !rest) {
        return rest;
    }
    if (auto rest = encodeFull(1, sink); !rest) {
        return rest;
    }
    return encode(nullptr, sink);
}

// A null pointer takes out what the resampler holds back.
Result<void> SoundEncoder::convert(const float* samples, int count, const PacketSink& sink) {
    const int room = swr_get_out_samples(resampler_.get(), count);
    if (room > 0) {
        AvFramePtr frame(av_frame_alloc());
        frame->format = encoder_->sample_fmt;
        frame->nb_samples = room;
        av_channel_layout_copy(&frame->ch_layout, &encoder_->ch_layout);
        int code = av_frame_get_buffer(frame.get(), 0);
        if (code >= 0) {
            const auto* in = reinterpret_cast<const std::uint8_t*>(samples);
            code = swr_convert(resampler_.get(), frame->extended_data, room, samples ? &in : nullptr, count);
        }
        if (code >= 0) {
            code = av_audio_fifo_write(fifo_.get(), reinterpret_cast<void**>(frame->extended_data), code);
        }
        if (code < 0) {
            return tl::unexpected(encodeError(encoder_->codec_id, code));
        }
    }
    return encodeFull(encoder_->frame_size > 0 ? encoder_->frame_size : kFrameSize, sink);
}

Result<void> SoundEncoder::encodeFull(int least, const PacketSink& sink) {
    const int most = encoder_->frame_size > 0 ? encoder_->frame_size : kFrameSize;
    while (av_audio_fifo_size(fifo_.get()) >= least) {
        AvFramePtr frame(av_frame_alloc());
        frame->format = encoder_->sample_fmt;
        frame->nb_samples = std::min(most, av_audio_fifo_size(fifo_.get()));
        frame->sample_rate = encoder_->sample_rate;
        av_channel_layout_copy(&frame->ch_layout, &encoder_->ch_layout);
        int code = av_frame_get_buffer(frame.get(), 0);
        if (code >= 0) {
            code = av_audio_fifo_read(fifo_.get(), reinterpret_cast<void**>(frame->extended_data), frame->nb_samples);
        }
        if (code < 0) {
            return tl::unexpected(encodeError(encoder_->codec_id, code));
        }
        frame->pts = encoded_;
        encoded_ += frame->nb_samples;
        if (auto encoded = encode(frame.get(), sink); !encoded) {
            return encoded;
        }
    }
    return {};
}

Result<void> SoundEncoder::encode(const AVFrame* frame, const PacketSink& sink) {
    const auto heard = [&](AVPacket& packet) -> Result<void> {
        // AAC begins with a packet of nothing. A container without edit lists would move all other streams for its
        // sake; without it the first 21 ms only fade in.
        if (encoder_->codec_id == AV_CODEC_ID_AAC && packet.pts < 0) {
            av_packet_unref(&packet);
            return {};
        }
        return sink(packet);
    };
    return encodeFrame(*encoder_, frame, heard, [this](int code) { return encodeError(encoder_->codec_id, code); });
}

}  // namespace sightline
