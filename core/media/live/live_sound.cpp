#include "core/media/live/live_sound.h"

extern "C" {
#include <libavutil/channel_layout.h>
#include <libswresample/swresample.h>
}

namespace sightline {

void LiveSound::ResamplerDeleter::operator()(SwrContext* context) const { swr_free(&context); }

std::unique_ptr<LiveSound> LiveSound::open(AVFormatContext& format, std::shared_ptr<SoundTap> tap) {
    const AVCodec* decoder = nullptr;
    const int index = av_find_best_stream(&format, AVMEDIA_TYPE_AUDIO, -1, -1, &decoder, 0);
    if (index < 0) {
        return nullptr;
    }
    CodecContextPtr codec(avcodec_alloc_context3(decoder));
    avcodec_parameters_to_context(codec.get(), format.streams[index]->codecpar);
    codec->pkt_timebase = format.streams[index]->time_base;
    codec->thread_count = 1;
    if (avcodec_open2(codec.get(), decoder, nullptr) < 0) {
        return nullptr;
    }
    return std::unique_ptr<LiveSound>(new LiveSound(index, std::move(codec), std::move(tap)));
}

void LiveSound::hear(const AVPacket& packet) {
    if (!tap_->isWanted()) {
        return;
    }
    avcodec_send_packet(codec_.get(), &packet);
    const AvFramePtr frame(av_frame_alloc());
    while (avcodec_receive_frame(codec_.get(), frame.get()) == 0) {
        give(*frame);
    }
}

bool LiveSound::configure(const AVFrame& frame) {
    if (resampler_ && frame.sample_rate == rate_ && frame.format == format_ &&
        frame.ch_layout.nb_channels == channels_) {
        return true;
    }
    AVChannelLayout from{};
    if (frame.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
        av_channel_layout_default(&from, frame.ch_layout.nb_channels);
    } else {
        av_channel_layout_copy(&from, &frame.ch_layout);
    }
    AVChannelLayout mono = AV_CHANNEL_LAYOUT_MONO;
    SwrContext* raw = nullptr;
    int code = swr_alloc_set_opts2(&raw, &mono, AV_SAMPLE_FMT_FLT, SoundTap::kRate, &from,
                                   static_cast<AVSampleFormat>(frame.format), frame.sample_rate, 0, nullptr);
    resampler_.reset(raw);
    av_channel_layout_uninit(&from);
    code = code < 0 ? code : swr_init(raw);
    if (code < 0) {
        resampler_.reset();
        return false;
    }
    rate_ = frame.sample_rate;
    format_ = frame.format;
    channels_ = frame.ch_layout.nb_channels;
    return true;
}

void LiveSound::give(const AVFrame& frame) {
    if (!configure(frame)) {
        return;
    }
    const int room = swr_get_out_samples(resampler_.get(), frame.nb_samples);
    if (room <= 0) {
        return;
    }
    samples_.resize(static_cast<std::size_t>(room));
    auto* out = reinterpret_cast<std::uint8_t*>(samples_.data());
    const int count = swr_convert(resampler_.get(), &out, room, const_cast<const std::uint8_t**>(frame.extended_data),
                                  frame.nb_samples);
    if (count > 0) {
        tap_->heard(std::span(samples_).first(static_cast<std::size_t>(count)));
    }
}

}  // namespace sightline
