#include "core/media/writing/aac_track.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/media/writing/container_io.h"
#include "core/media/writing/sound_encoder.h"

extern "C" {
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/channel_layout.h>
}

namespace sightline {
namespace {

std::string describe(const AVChannelLayout& layout) {
    std::array<char, 128> text{};
    av_channel_layout_describe(&layout, text.data(), text.size());
    return text.data();
}

Error audioError(int code) {
    return {ErrorCode::Internal, "Cannot encode the audio as AAC. Convert the video's audio to AAC first.",
            ffmpegErrorText(code)};
}

}  // namespace

Result<AacTrack> AacTrack::open(const AVStream& from, AVStream& to, bool globalHeader) {
    AacTrack track;
    auto decoder = openDecoder(from, 1);
    if (!decoder) {
        return tl::unexpected(decoder.error());
    }
    track.decoder_ = std::move(*decoder);
    track.inputBase_ = from.time_base;
    const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_AAC);
    track.encoder_.reset(codec ? avcodec_alloc_context3(codec) : nullptr);
    if (!track.encoder_) {
        return tl::unexpected(audioError(AVERROR_ENCODER_NOT_FOUND));
    }
    AVCodecContext& encoder = *track.encoder_;
    encoder.sample_rate = sampleRateFor(*codec, from.codecpar->sample_rate);
    encoder.sample_fmt = AV_SAMPLE_FMT_FLTP;
    // Mono to 5.1 in their usual order; more channels are mixed down.
    av_channel_layout_default(&encoder.ch_layout,
                              std::clamp(from.codecpar->ch_layout.nb_channels, 1, kMostAacChannels));
    encoder.bit_rate = kBitsPerSecondAndChannel * encoder.ch_layout.nb_channels;
    encoder.time_base = {1, encoder.sample_rate};
    encoder.flags |= globalHeader ? AV_CODEC_FLAG_GLOBAL_HEADER : 0;
    int code = avcodec_open2(&encoder, codec, nullptr);
    if (code >= 0) {
        code = avcodec_parameters_from_context(to.codecpar, &encoder);
    }
    if (code < 0) {
        return tl::unexpected(audioError(code));
    }
    to.time_base = encoder.time_base;
    return track;
}

Result<void> AacTrack::write(const AVPacket* packet, const PacketSink& sink) {
    AvFramePtr frame(av_frame_alloc());
    avcodec_send_packet(decoder_.get(), packet);  // what is damaged is skipped; async below puts silence there
    while (avcodec_receive_frame(decoder_.get(), frame.get()) >= 0) {
        frame->pts = frame->best_effort_timestamp;
        if (auto filtered = filter(frame.get(), sink); !filtered) {
            return filtered;
        }
    }
    if (packet) {
        return {};
    }
    if (auto flushed = filter(nullptr, sink); !flushed) {
        return flushed;
    }
    return encodeFrame(*encoder_, nullptr, sink, audioError);
}

Result<void> AacTrack::configure(const AVFrame& frame) {
    auto graph = std::make_unique<FilterGraph>(
        "abuffer", fmt::format("time_base={}/{}:sample_rate={}:sample_fmt={}:channel_layout={}", inputBase_.num,
                               inputBase_.den, frame.sample_rate, frame.format, describe(frame.ch_layout)));
    // Sound of joined recordings is a little longer or shorter than their pictures: what is a lost packet's length or
    // more is made up for at once, where aresample itself lets 100 ms pass.
    graph->add("aresample", "async=1:min_hard_comp=0.02");
    graph->add("aformat", fmt::format("sample_fmts=fltp:sample_rates={}:channel_layouts={}", encoder_->sample_rate,
                                      describe(encoder_->ch_layout)));
    if (const int code = graph->finish("abuffersink"); code < 0) {
        return tl::unexpected(audioError(code));
    }
    av_buffersink_set_frame_size(graph->sink(), static_cast<unsigned>(encoder_->frame_size));
    graph_ = std::move(graph);
    rate_ = frame.sample_rate;
    format_ = frame.format;
    channels_ = frame.ch_layout.nb_channels;
    return {};
}

Result<void> AacTrack::filter(AVFrame* frame, const PacketSink& sink) {
    if (frame && frame->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
        av_channel_layout_default(&frame->ch_layout, frame->ch_layout.nb_channels);
    }
    if (frame && (!graph_ || frame->sample_rate != rate_ || frame->format != format_ ||
                  frame->ch_layout.nb_channels != channels_)) {
        if (auto configured = configure(*frame); !configured) {
            return configured;
        }
    }
    if (!graph_) {
        return {};  // no audio at all
    }
    int code = av_buffersrc_add_frame(graph_->source(), frame);
    if (code < 0) {
        return tl::unexpected(audioError(code));
    }
    AvFramePtr filtered(av_frame_alloc());
    while (av_buffersink_get_frame(graph_->sink(), filtered.get()) >= 0) {
        filtered->pts = av_rescale_q(filtered->pts, av_buffersink_get_time_base(graph_->sink()), encoder_->time_base);
        if (auto encoded = encodeFrame(*encoder_, filtered.get(), sink, audioError); !encoded) {
            return encoded;
        }
        av_frame_unref(filtered.get());
    }
    return {};
}

}  // namespace sightline
