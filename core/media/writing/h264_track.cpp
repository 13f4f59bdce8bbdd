#include "core/media/writing/h264_track.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sightline {
namespace {

// x264 would name an unknown one on stderr.
constexpr std::array<std::string_view, 9> kPresets = {"ultrafast", "superfast", "veryfast", "faster",  "fast",
                                                      "medium",    "slow",      "slower",   "veryslow"};

}  // namespace

Result<H264Track> H264Track::open(const AVFrame& picture, AVRational base, AVRational rate, AVStream& to,
                                  bool globalHeader, const H264Settings& settings) {
    if (std::ranges::find(kPresets, settings.preset) == kPresets.end()) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot encode with preset \"{}\": there is none of that name. Choose one of \"{}\".",
                                settings.preset, fmt::join(kPresets, "\", \"")));
    }
    H264Track track;
    const AVCodec* codec = avcodec_find_encoder_by_name("libx264");
    track.encoder_.reset(codec ? avcodec_alloc_context3(codec) : nullptr);
    if (!track.encoder_) {
        return fail(ErrorCode::Unsupported,
                    "Cannot encode the video: this FFmpeg was built without x264. Install one with libx264.");
    }
    AVCodecContext& encoder = *track.encoder_;
    encoder.width = picture.width;
    encoder.height = picture.height;
    encoder.pix_fmt = static_cast<AVPixelFormat>(picture.format);
    encoder.sample_aspect_ratio = picture.sample_aspect_ratio;
    encoder.color_range = picture.color_range;
    encoder.color_primaries = picture.color_primaries;
    encoder.color_trc = picture.color_trc;
    encoder.colorspace = picture.colorspace;
    encoder.chroma_sample_location = picture.chroma_location;
    encoder.time_base = base;
    encoder.framerate = rate;
    encoder.thread_count = settings.threads;
    if (globalHeader) {
        encoder.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    }
    AVDictionary* options = nullptr;
    av_dict_set(&options, "preset", settings.preset.c_str(), 0);
    av_dict_set_int(&options, "crf", settings.quality, 0);
    const int code = avcodec_open2(&encoder, codec, &options);
    av_dict_free(&options);
    if (code < 0) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot encode {}x{} pictures as H.264. Choose a smaller video.", picture.width,
                                picture.height),
                    ffmpegErrorText(code));
    }
    avcodec_parameters_from_context(to.codecpar, &encoder);
    to.time_base = base;
    to.sample_aspect_ratio = encoder.sample_aspect_ratio;
    return track;
}

Result<void> H264Track::write(const AVFrame* picture, std::int64_t duration, const PacketSink& sink) {
    if (picture) {
        durations_[picture->pts] = duration;
    }
    const auto withDuration = [&](AVPacket& packet) {
        if (const auto known = durations_.find(packet.pts); known != durations_.end()) {
            packet.duration = known->second;
            durations_.erase(known);
        }
        return sink(packet);
    };
    return encodeFrame(*encoder_, picture, withDuration, [](int code) {
        return Error{ErrorCode::Internal, "Cannot encode the video. Choose another preset.", ffmpegErrorText(code)};
    });
}

void H264Track::setDuration(std::int64_t timestamp, std::int64_t duration) {
    if (const auto known = durations_.find(timestamp); known != durations_.end()) {
        known->second = duration;
    }
}

}  // namespace sightline
