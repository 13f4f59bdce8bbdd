#include "core/media/writing/coded_sound.h"

#include <fmt/format.h>

namespace sightline {

Result<CodedSound> CodedSound::open(const AVCodecContext& encoder) {
    CodedSound made;
    const AVCodec* codec = avcodec_find_decoder(encoder.codec_id);
    made.decoder_.reset(codec ? avcodec_alloc_context3(codec) : nullptr);
    made.frame_.reset(av_frame_alloc());
    AVCodecParameters* parameters = avcodec_parameters_alloc();
    int code = made.decoder_ && made.frame_ && parameters ? avcodec_parameters_from_context(parameters, &encoder)
                                                          : AVERROR_DECODER_NOT_FOUND;
    if (code >= 0) {
        code = avcodec_parameters_to_context(made.decoder_.get(), parameters);
    }
    avcodec_parameters_free(&parameters);
    if (code >= 0) {
        made.decoder_->thread_count = 1;
        made.decoder_->request_sample_fmt = AV_SAMPLE_FMT_FLTP;
        code = avcodec_open2(made.decoder_.get(), codec, nullptr);
    }
    if (code < 0 || made.decoder_->sample_fmt != AV_SAMPLE_FMT_FLTP) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot hear the sound as {}: this FFmpeg does not decode it. Install the "
                                "distribution's own FFmpeg.",
                                avcodec_get_name(encoder.codec_id)),
                    code < 0 ? ffmpegErrorText(code) : std::string());
    }
    return made;
}

Result<void> CodedSound::hear(const AVPacket* packet, const HeardSound& heard) {
    avcodec_send_packet(decoder_.get(), packet);
    while (avcodec_receive_frame(decoder_.get(), frame_.get()) == 0) {
        const auto channels = static_cast<std::size_t>(frame_->ch_layout.nb_channels);
        const auto count = static_cast<std::size_t>(frame_->nb_samples);
        samples_.resize(count * channels);
        for (std::size_t channel = 0; channel < channels; ++channel) {
            const auto* plane = reinterpret_cast<const float*>(frame_->extended_data[channel]);
            for (std::size_t i = 0; i < count; ++i) {
                samples_[i * channels + channel] = plane[i];
            }
        }
        const AudioFormat format{frame_->sample_rate, static_cast<int>(channels)};
        if (auto taken = heard(format, samples_); !taken) {
            return taken;
        }
    }
    return packet ? Result<void>() : heard({decoder_->sample_rate, decoder_->ch_layout.nb_channels}, {});
}

}  // namespace sightline
