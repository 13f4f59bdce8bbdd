#include "core/media/ffmpeg_file_source.h"

#include <atomic>
#include <deque>
#include <functional>
#include <optional>

#include <fmt/format.h>
#include <opencv2/core.hpp>

#include "core/base/logging.h"
#include "core/media/ffmpeg_common.h"

namespace sightline {
namespace {

// Larger pictures than this (16 k x 8 k) come from damaged headers.
constexpr std::int64_t kMaxPixels = 134'217'728;
// A stream that ends this much before its own announced duration was cut short. Containers round their durations, so
// both slacks are wide. A container's overall duration does not count: it may be that of an audio track, or an
// estimate.
constexpr auto kDurationSlack = std::chrono::seconds(1);
constexpr double kDurationShare = 0.9;
// How far back a second attempt to seek starts.
constexpr auto kSeekRetreat = std::chrono::seconds(10);

// More damaged pictures than any decoder holds back: it reports the same one for ever.
constexpr int kMaxDrainErrors = 64;

constexpr AVRational kNanoseconds{1, 1'000'000'000};

AVPixelFormat withoutJpegRange(AVPixelFormat format) {
    switch (format) {
        case AV_PIX_FMT_YUVJ420P: return AV_PIX_FMT_YUV420P;
        case AV_PIX_FMT_YUVJ422P: return AV_PIX_FMT_YUV422P;
        case AV_PIX_FMT_YUVJ444P: return AV_PIX_FMT_YUV444P;
        case AV_PIX_FMT_YUVJ440P: return AV_PIX_FMT_YUV440P;
        case AV_PIX_FMT_YUVJ411P: return AV_PIX_FMT_YUV411P;
        default: return format;
    }
}

class FfmpegFileSource final : public FrameSource {
public:
    explicit FfmpegFileSource(std::filesystem::path path) : path_(std::move(path)) {}

    Result<void> open(const VideoFileOptions& options);

    const StreamDescription& description() const override { return description_; }
    Result<Frame> read() override;
    Result<void> seek(MediaTime time) override;
    void interrupt() override { interrupted_ = true; }

private:
    // A decoded picture and where it stands.
    struct Decoded {
        AvFramePtr picture;
        MediaTime pts;
        MediaTime duration;
    };

    Result<void> openDecoder(const VideoFileOptions& options);
    Result<Decoded> decode();
    bool jump(std::int64_t timestamp);        // to the keyframe at or before it, in the stream's time base
    Result<bool> decodeUpTo(MediaTime time);  // fills ahead_; false when every frame is later than `time`
    Result<Decoded> place(AvFramePtr picture);
    Result<Frame> convert(const Decoded& decoded);
    Error atEnd() const;
    Error cancelled() const { return {ErrorCode::Cancelled, "Reading was cancelled.", {}}; }
    MediaTime fromStream(std::int64_t timestamp) const {
        return MediaTime(av_rescale_q(timestamp, stream_->time_base, kNanoseconds));
    }

    // immutable after open()
    const std::filesystem::path path_;
    StreamDescription description_;
    AVStream* stream_ = nullptr;
    int rotation_ = 0;

    // reading thread only
    FormatContextPtr format_;
    CodecContextPtr codec_;
    ScalerPtr scaler_;
    std::deque<Decoded> ahead_;  // decoded by a seek, not yet read
    std::optional<std::int64_t> start_;
    MediaTime end_{};  // of the last decoded frame
    std::uint64_t next_ = 0;
    bool draining_ = false;
    bool demuxFailed_ = false;
    int drainErrors_ = 0;
    std::string lastProblem_;

    std::atomic<bool> interrupted_ = false;
};

Result<void> FfmpegFileSource::open(const VideoFileOptions& options) {
    routeFfmpegLog();
    std::error_code status;
    if (!std::filesystem::exists(path_, status)) {
        return fail(ErrorCode::NotFound,
                    fmt::format("Cannot open {}: there is no such file. Check the name.", path_.string()));
    }
    if (std::filesystem::is_directory(path_, status)) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot open {}: it is a folder. Name a file.", path_.string()));
    }
    AVFormatContext* raw = avformat_alloc_context();
    raw->interrupt_callback = {[](void* flag) { return static_cast<std::atomic<bool>*>(flag)->load() ? 1 : 0; },
                               &interrupted_};
    // With its protocol named, a colon in a file's name is not taken for one.
    int code = avformat_open_input(&raw, ("file:" + path_.string()).c_str(), nullptr, nullptr);
    if (code < 0) {  // avformat_open_input freed the context
        if (code == AVERROR(EACCES)) {
            return fail(ErrorCode::Io, fmt::format("Cannot open {}: no permission to read it. Change its permissions.",
                                                   path_.string()));
        }
        return fail(ErrorCode::Corrupt,
                    fmt::format("Cannot open {}: it is not a video or picture, or it is damaged or cut short. Get an "
                                "intact copy.",
                                path_.string()),
                    ffmpegErrorText(code));
    }
    format_.reset(raw);
    code = avformat_find_stream_info(format_.get(), nullptr);
    if (code < 0) {
        return fail(ErrorCode::Corrupt,
                    fmt::format("Cannot open {}: its streams are damaged. Get an intact copy.", path_.string()),
                    ffmpegErrorText(code));
    }
    return openDecoder(options);
}

Result<void> FfmpegFileSource::openDecoder(const VideoFileOptions& options) {
    const AVCodec* decoder = nullptr;
    const int index = av_find_best_stream(format_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, &decoder, 0);
    const bool cover = index >= 0 && (format_->streams[index]->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
    if (index == AVERROR_STREAM_NOT_FOUND || cover) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("{} has no video stream. Choose a file with pictures.", path_.string()));
    }
    if (index < 0) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot decode the video in {}: its codec is unknown here. Convert it to H.264.",
                                path_.string()),
                    ffmpegErrorText(index));
    }
    stream_ = format_->streams[index];
    for (unsigned i = 0; i < format_->nb_streams; ++i) {
        format_->streams[i]->discard = static_cast<int>(i) == index ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    }
    codec_.reset(avcodec_alloc_context3(decoder));
    avcodec_parameters_to_context(codec_.get(), stream_->codecpar);
    codec_->pkt_timebase = stream_->time_base;
    codec_->thread_count = options.decoderThreads;
    codec_->max_pixels = kMaxPixels;
    const int code = avcodec_open2(codec_.get(), decoder, nullptr);
    if (code < 0) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot decode the video in {}: its headers are damaged or ask "
                                "for a picture too large. Get an intact copy.",
                                path_.string()),
                    ffmpegErrorText(code));
    }
    rotation_ = displayRotation(*stream_);
    if (stream_->start_time != AV_NOPTS_VALUE) {
        start_ = stream_->start_time;
    }
    description_.name = path_.filename().string();
    description_.width = rotation_ % 180 == 0 ? codec_->width : codec_->height;
    description_.height = rotation_ % 180 == 0 ? codec_->height : codec_->width;
    const AVRational rate = av_guess_frame_rate(format_.get(), stream_, nullptr);
    description_.frameRate = rate.num > 0 && rate.den > 0 ? av_q2d(rate) : 0.0;
    if (stream_->duration != AV_NOPTS_VALUE && stream_->duration > 0) {
        description_.duration = fromStream(stream_->duration);
    } else if (format_->duration != AV_NOPTS_VALUE && format_->duration > 0) {
        description_.duration = std::chrono::microseconds(format_->duration);
    }
    return {};
}

Error FfmpegFileSource::atEnd() const {
    if (next_ == 0 && ahead_.empty()) {
        return {ErrorCode::Corrupt,
                fmt::format("Cannot read {}: no frame of it can be decoded. Get an intact copy.", path_.string()),
                lastProblem_};
    }
    const auto expected = stream_->duration != AV_NOPTS_VALUE && stream_->duration > 0 &&
                                  format_->duration_estimation_method != AVFMT_DURATION_FROM_BITRATE
                              ? fromStream(stream_->duration)
                              : MediaTime::zero();
    const bool early = end_ + kDurationSlack < expected && toSeconds(end_) < kDurationShare * toSeconds(expected);
    if (demuxFailed_ || early) {
        return {
            ErrorCode::Corrupt,
            fmt::format("{} breaks off at {:.2f} s: it is damaged or cut short. What could be read was used; get an "
                        "intact copy for the rest.",
                        path_.string(), toSeconds(end_)),
            lastProblem_};
    }
    return {ErrorCode::EndOfStream, "End of the video.", {}};
}

Result<FfmpegFileSource::Decoded> FfmpegFileSource::place(AvFramePtr picture) {
    std::int64_t timestamp = picture->best_effort_timestamp;
    if (!start_ && timestamp != AV_NOPTS_VALUE) {
        start_ = timestamp;
    }
    Decoded decoded{std::move(picture), end_, MediaTime::zero()};
    if (timestamp != AV_NOPTS_VALUE) {
        decoded.pts = fromStream(timestamp - *start_);
    }
    const std::int64_t duration = frameDuration(*decoded.picture);
    if (duration > 0) {
        decoded.duration = fromStream(duration);
    } else if (description_.frameRate > 0) {
        decoded.duration =
            std::chrono::duration_cast<MediaTime>(std::chrono::duration<double>(1.0 / description_.frameRate));
    }
    end_ = decoded.pts + decoded.duration;
    return decoded;
}

Result<FfmpegFileSource::Decoded> FfmpegFileSource::decode() {
    PacketPtr packet(av_packet_alloc());
    AvFramePtr picture(av_frame_alloc());
    while (true) {
        if (interrupted_) {
            return tl::unexpected(cancelled());
        }
        int code = avcodec_receive_frame(codec_.get(), picture.get());
        if (code == 0) {
            return place(std::move(picture));
        }
        if (code == AVERROR_EOF) {
            return tl::unexpected(atEnd());
        }
        if (code != AVERROR(EAGAIN)) {
            lastProblem_ = ffmpegErrorText(code);  // a damaged picture: what follows may be sound
            if (draining_ && ++drainErrors_ > kMaxDrainErrors) {
                return tl::unexpected(atEnd());
            }
            continue;
        }
        code = av_read_frame(format_.get(), packet.get());
        if (code < 0) {
            if (interrupted_) {
                return tl::unexpected(cancelled());
            }
            if (code != AVERROR_EOF) {
                lastProblem_ = ffmpegErrorText(code);
                demuxFailed_ = true;
            }
            draining_ = true;
            avcodec_send_packet(codec_.get(), nullptr);
            continue;
        }
        if (packet->stream_index == stream_->index) {
            code = avcodec_send_packet(codec_.get(), packet.get());
            if (code < 0 && code != AVERROR(EAGAIN)) {
                lastProblem_ = ffmpegErrorText(code);
            }
        }
        av_packet_unref(packet.get());
    }
}

Result<Frame> FfmpegFileSource::convert(const Decoded& decoded) {
    const AVFrame& picture = *decoded.picture;
    const auto format = static_cast<AVPixelFormat>(picture.format);
    // No scaling takes place, so the filter only matters for chroma. swscale's fast path leaves the columns after the
    // last multiple of eight unwritten; exact rounding takes another path.
    const int flags = picture.width % 8 == 0 ? SWS_BILINEAR : SWS_BILINEAR | SWS_ACCURATE_RND;
    scaler_.reset(sws_getCachedContext(scaler_.release(), picture.width, picture.height, withoutJpegRange(format),
                                       picture.width, picture.height, AV_PIX_FMT_BGRA, flags, nullptr, nullptr,
                                       nullptr));
    if (!scaler_) {
        return fail(ErrorCode::Unsupported, fmt::format("The pixel format of {} is not supported. Convert it to 8-bit "
                                                        "4:2:0.",
                                                        path_.string()));
    }
    // Untagged video: BT.709 from 720 lines on, else BT.601, as players assume.
    int matrix = picture.colorspace;
    if (matrix == AVCOL_SPC_UNSPECIFIED || matrix == AVCOL_SPC_RGB || matrix == AVCOL_SPC_RESERVED) {
        matrix = picture.height >= 720 ? SWS_CS_ITU709 : SWS_CS_ITU601;
    }
    const int full = picture.color_range == AVCOL_RANGE_JPEG || format != withoutJpegRange(format) ? 1 : 0;
    sws_setColorspaceDetails(scaler_.get(), sws_getCoefficients(matrix), full, sws_getCoefficients(SWS_CS_DEFAULT), 1,
                             0, 1 << 16, 1 << 16);

    Image upright(picture.width, picture.height);
    std::uint8_t* planes[4] = {upright.data(), nullptr, nullptr, nullptr};
    const int strides[4] = {upright.strideBytes(), 0, 0, 0};
    sws_scale(scaler_.get(), picture.data, picture.linesize, 0, picture.height, planes, strides);

    Frame frame;
    frame.pts = decoded.pts;
    frame.duration = decoded.duration;
    const AVRational aspect = av_guess_sample_aspect_ratio(format_.get(), stream_, decoded.picture.get());
    frame.pixelAspect = aspect.num > 0 && aspect.den > 0 ? av_q2d(aspect) : 1.0;
    if (rotation_ == 0) {
        frame.image = std::move(upright);
    } else {
        const bool quarter = rotation_ != 180;
        Image turned(quarter ? picture.height : picture.width, quarter ? picture.width : picture.height);
        const cv::Mat from(picture.height, picture.width, CV_8UC4, upright.data());
        cv::Mat to(turned.height(), turned.width(), CV_8UC4, turned.data());
        cv::rotate(from, to,
                   rotation_ == 90    ? cv::ROTATE_90_CLOCKWISE
                   : rotation_ == 180 ? cv::ROTATE_180
                                      : cv::ROTATE_90_COUNTERCLOCKWISE);
        frame.image = std::move(turned);
        if (quarter) {
            frame.pixelAspect = 1.0 / frame.pixelAspect;
        }
    }
    frame.id = next_++;
    frame.captured = std::chrono::steady_clock::now();
    return frame;
}

Result<Frame> FfmpegFileSource::read() {
    if (!ahead_.empty()) {
        const Decoded decoded = std::move(ahead_.front());
        ahead_.pop_front();
        return convert(decoded);
    }
    auto decoded = decode();
    if (!decoded) {
        return tl::unexpected(decoded.error());
    }
    return convert(*decoded);
}

bool FfmpegFileSource::jump(std::int64_t timestamp) {
    return avformat_seek_file(format_.get(), stream_->index, INT64_MIN, timestamp, timestamp, 0) >= 0;
}

Result<bool> FfmpegFileSource::decodeUpTo(MediaTime time) {
    avcodec_flush_buffers(codec_.get());
    ahead_.clear();
    draining_ = demuxFailed_ = false;
    drainErrors_ = 0;
    // The frame on screen at `time` is the last one that starts at or before it, so one frame more is decoded.
    std::optional<Decoded> current;
    while (true) {
        auto decoded = decode();
        if (!decoded && decoded.error().code == ErrorCode::Cancelled) {
            return tl::unexpected(decoded.error());
        }
        if (!decoded) {
            break;  // past the end: the last frame stays
        }
        if (decoded->pts > time) {
            ahead_.push_back(std::move(*decoded));
            break;
        }
        current = std::move(*decoded);
    }
    if (current) {
        ahead_.push_front(std::move(*current));
    }
    return current.has_value();
}

Result<void> FfmpegFileSource::seek(MediaTime time) {
    const std::int64_t start = start_.value_or(0);
    const auto stamp = [&](MediaTime t) { return start + av_rescale_q(t.count(), kNanoseconds, stream_->time_base); };
    // A container without an index may land after the wanted frame's keyframe: go back further, at last to the first
    // byte, until a frame at or before `time` comes out.
    const std::function<bool()> attempts[] = {
        [&] { return jump(stamp(time)); },
        [&] { return time > kSeekRetreat && jump(stamp(time - kSeekRetreat)); },
        [&] { return jump(start); },
        [&] { return av_seek_frame(format_.get(), stream_->index, 0, AVSEEK_FLAG_BYTE) >= 0; },
    };
    bool moved = false;
    for (const auto& attempt : attempts) {
        if (!attempt()) {
            continue;
        }
        moved = true;
        auto found = decodeUpTo(time);
        if (!found) {
            return tl::unexpected(found.error());
        }
        if (*found) {
            return {};
        }
    }
    if (!moved) {
        return fail(ErrorCode::Unsupported, fmt::format("{} cannot be sought.", path_.string()));
    }
    return {};  // every frame is later than `time`: the first one is next
}

}  // namespace

Result<std::unique_ptr<FrameSource>> openVideoFile(const std::filesystem::path& path, const VideoFileOptions& options) {
    auto source = std::make_unique<FfmpegFileSource>(path);
    if (auto opened = source->open(options); !opened) {
        return tl::unexpected(opened.error());
    }
    return source;
}

}  // namespace sightline
