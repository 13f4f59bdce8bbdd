#include "core/media/files/video_input.h"

#include <algorithm>
#include <string_view>
#include <tuple>

#include <fmt/format.h>

#include "core/media/files/animated_webp.h"
#include "core/media/files/gif_clock.h"
#include "core/media/frame_converter.h"

namespace sightline {
namespace {

// Pictures larger than this (16 k x 8 k) come from damaged headers.
constexpr std::int64_t kMaxPixels = 134'217'728;

constexpr AVRational kLongestDelay{1, 4};  // s

Error cancelledOpening() { return {ErrorCode::Cancelled, "Opening was cancelled.", {}}; }

}  // namespace

bool isCover(const AVStream& stream) { return (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0; }

int mainVideoStream(const AVFormatContext& input) {
    int best = -1;
    const auto rank = [](const AVStream& stream) {
        const AVCodecParameters& parameters = *stream.codecpar;
        return std::tuple(avcodec_find_decoder(parameters.codec_id) != nullptr,
                          (stream.disposition & AV_DISPOSITION_DEFAULT) != 0,
                          static_cast<std::int64_t>(parameters.width) * parameters.height);
    };
    for (unsigned i = 0; i < input.nb_streams; ++i) {
        const AVStream& stream = *input.streams[i];
        constexpr int kNoVideo = AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS;
        if (stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO && (stream.disposition & kNoVideo) == 0 &&
            (best < 0 || rank(*input.streams[best]) < rank(stream))) {
            best = static_cast<int>(i);
        }
    }
    return best;
}

int mainAudioStream(const AVFormatContext& input) {
    // It reads only, whatever its type says.
    return av_find_best_stream(const_cast<AVFormatContext*>(&input), AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0);
}

std::int64_t timeZero(const AVFormatContext& input, const AVStream& video, std::int64_t firstPicture) {
    std::int64_t zero = firstPicture;
    for (unsigned i = 0; i < input.nb_streams; ++i) {
        const AVStream& stream = *input.streams[i];
        if (stream.codecpar->codec_type == AVMEDIA_TYPE_AUDIO && stream.start_time != AV_NOPTS_VALUE) {
            zero = std::min(zero, av_rescale_q(stream.start_time, stream.time_base, video.time_base));
        }
    }
    return firstPicture - zero > av_rescale_q(1, kLongestDelay, video.time_base) ? zero : firstPicture;
}

const AVCodec* decoderFor(const AVStream& stream) {
    const AVDictionaryEntry* alpha = av_dict_get(stream.metadata, "alpha_mode", nullptr, 0);
    const AVCodecID id = stream.codecpar->codec_id;
    if (alpha && std::string_view(alpha->value) == "1" && (id == AV_CODEC_ID_VP9 || id == AV_CODEC_ID_VP8)) {
        if (const AVCodec* decoder = avcodec_find_decoder_by_name(id == AV_CODEC_ID_VP9 ? "libvpx-vp9" : "libvpx")) {
            return decoder;
        }
    }
    return avcodec_find_decoder(id);
}

Result<CodecContextPtr> openDecoder(const AVStream& stream, int threads) {
    const AVCodec* decoder = decoderFor(stream);
    CodecContextPtr codec(decoder ? avcodec_alloc_context3(decoder) : nullptr);
    if (!codec) {
        return fail(ErrorCode::Unsupported, fmt::format("Cannot decode {}: its codec is unknown here. Convert it to "
                                                        "H.264 and AAC first.",
                                                        nameOf(stream)));
    }
    avcodec_parameters_to_context(codec.get(), stream.codecpar);
    codec->pkt_timebase = stream.time_base;
    codec->thread_count = threads;
    codec->max_pixels = kMaxPixels;
    if (const int code = avcodec_open2(codec.get(), decoder, nullptr); code < 0) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot decode {}: its headers are damaged. Get an intact copy.", nameOf(stream)),
                    ffmpegErrorText(code));
    }
    return codec;
}

namespace {

Result<FormatContextPtr> openContainer(const std::filesystem::path& path, const std::stop_token& stop) {
    routeFfmpegLog();
    AVFormatContext* raw = avformat_alloc_context();
    if (!raw) {
        return fail(ErrorCode::Internal, "Cannot open the video: no memory. Close other programs.");
    }
    raw->interrupt_callback = interruptedBy(stop);
    raw->flags |= AVFMT_FLAG_GENPTS;  // AVI gives decoding times only
    // With its protocol named, a colon in a file's name is not taken for one; pictures named "%d" are no series.
    AVDictionary* options = nullptr;
    av_dict_set(&options, "pattern_type", "none", 0);
    GifClock::askForDelays(options);
    int code = avformat_open_input(&raw, ("file:" + path.string()).c_str(), nullptr, &options);
    av_dict_free(&options);
    FormatContextPtr input(code < 0 ? nullptr : raw);  // avformat_open_input freed a failed one
    if (code >= 0) {
        code = avformat_find_stream_info(input.get(), nullptr);
    }
    if (code >= 0) {
        return input;
    }
    if (stop.stop_requested()) {
        return tl::unexpected(cancelledOpening());
    }
    if (code == AVERROR(ENOENT)) {
        return fail(ErrorCode::NotFound,
                    fmt::format("Cannot open {}: there is no such file. Check the name.", path.string()));
    }
    if (code == AVERROR(EACCES)) {
        return fail(ErrorCode::Io,
                    fmt::format("Cannot open {}: no permission to read it. Change its permissions.", path.string()));
    }
    return fail(ErrorCode::Corrupt,
                fmt::format("Cannot open {}: it is not a video, or it is damaged or cut short. Get an intact copy.",
                            path.string()),
                ffmpegErrorText(code));
}

Result<FirstFrame> findFirstFrame(const std::filesystem::path& path, const std::stop_token& stop) {
    auto input = openContainer(path, stop);
    if (!input) {
        return tl::unexpected(input.error());
    }
    FirstFrame first;
    first.streamIndex = mainVideoStream(**input);
    if (first.streamIndex < 0) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("{} has no video stream. Choose a file with pictures.", path.string()));
    }
    const AVStream& stream = *(*input)->streams[first.streamIndex];
    first.timeBase = stream.time_base;
    std::int64_t timestamp = stream.start_time != AV_NOPTS_VALUE ? stream.start_time : 0;
    const auto codec = openDecoder(stream, 1);  // one thread, so that the first picture comes out at once
    PacketPtr packet(av_packet_alloc());
    AvFramePtr picture(av_frame_alloc());
    bool ended = !codec;
    while (!ended) {
        ended = av_read_frame(input->get(), packet.get()) < 0;
        if (stop.stop_requested()) {
            return tl::unexpected(cancelledOpening());
        }
        if (!ended && packet->stream_index != first.streamIndex) {
            av_packet_unref(packet.get());
            continue;
        }
        if (!ended && isEncrypted(*packet)) {
            return fail(
                ErrorCode::Unsupported,
                fmt::format("Cannot read {}: it is encrypted (DRM). Get a copy without encryption.", path.string()));
        }
        avcodec_send_packet(codec->get(), ended ? nullptr : packet.get());
        av_packet_unref(packet.get());
        if (receivePicture(**codec, *picture) >= 0) {
            if (picture->best_effort_timestamp != AV_NOPTS_VALUE) {
                timestamp = picture->best_effort_timestamp;
            }
            first.picture = std::move(picture);
            break;
        }
    }
    first.zero = timeZero(**input, stream, timestamp);
    return first;
}

Result<FirstFrame> firstOfAnimation(const std::filesystem::path& path) {
    auto source = openAnimatedWebp(path);
    if (!source) {
        return tl::unexpected(source.error());
    }
    const auto frame = (*source)->read();
    if (!frame) {
        return tl::unexpected(frame.error());
    }
    return FirstFrame{0, {1, 1000}, frameOf(frame->image), 0};
}

}  // namespace

Result<VideoInput> openVideoInput(const std::filesystem::path& path, const std::stop_token& stop) {
    auto first = isAnimatedWebp(path) ? firstOfAnimation(path) : findFirstFrame(path, stop);
    if (!first) {
        return tl::unexpected(first.error());
    }
    auto context = openContainer(path, stop);
    if (!context) {
        return tl::unexpected(context.error());
    }
    return VideoInput{std::move(*first), std::move(*context)};
}

std::string nameOf(const AVStream& stream) {
    const char* kind = av_get_media_type_string(stream.codecpar->codec_type);
    return fmt::format("stream {} ({}, {})", stream.index, kind ? kind : "unknown",
                       avcodec_get_name(stream.codecpar->codec_id));
}

}  // namespace sightline
