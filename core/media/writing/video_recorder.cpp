#include "core/media/writing/video_recorder.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "core/base/atomic_file.h"
#include "core/media/ffmpeg_common.h"

namespace sightline {
namespace {

constexpr AVRational kMilliseconds{1, 1000};  // Matroska's own
constexpr int kQuality = 23;                  // x264's default
constexpr int kKeyframeDistance = 60;         // pictures, two seconds of a usual camera

struct OutputDeleter {
    void operator()(AVFormatContext* context) const {
        avio_closep(&context->pb);
        avformat_free_context(context);
    }
};

// Whether a picture of the file can be read. The first may be cut off where the disk was full.
bool hasPicture(const std::filesystem::path& path) {
    AVFormatContext* raw = nullptr;
    if (avformat_open_input(&raw, ("file:" + path.string()).c_str(), nullptr, nullptr) < 0) {
        return false;
    }
    const FormatContextPtr context(raw);
    const PacketPtr packet(av_packet_alloc());
    while (av_read_frame(context.get(), packet.get()) >= 0) {
        const bool isPicture =
            context->streams[packet->stream_index]->codecpar->codec_type == AVMEDIA_TYPE_VIDEO && packet->size > 0;
        av_packet_unref(packet.get());
        if (isPicture) {
            return true;
        }
    }
    return false;
}

class MatroskaRecorder final : public VideoRecorder {
public:
    explicit MatroskaRecorder(std::filesystem::path path) : path_(std::move(path)) {}
    ~MatroskaRecorder() override {
        if (context_ && !finished_) {
            static_cast<void>(finish());  // the file is sound without it
        }
        context_.reset();
        if (created_ && !whole_ && !hasPicture(path_)) {
            std::error_code ignored;
            std::filesystem::remove(path_, ignored);
        }
    }

    Result<void> open(int width, int height);
    Result<void> write(const Image& image, MediaTime time) override;
    Result<void> writeCaption(std::string_view text, MediaTime start, MediaTime end) override;
    Result<void> finish() override;

private:
    Result<void> openEncoder(int width, int height);
    Result<void> drain();
    Result<void> put(AVPacket& packet, const AVStream& stream);
    Error writeProblem(int code) const { return writeError(path_, code < 0 ? AVUNERROR(code) : EIO); }

    const std::filesystem::path path_;
    std::unique_ptr<AVFormatContext, OutputDeleter> context_;
    CodecContextPtr encoder_;
    ScalerPtr scaler_;
    AvFramePtr picture_;
    PacketPtr packet_;
    AVStream* video_ = nullptr;
    AVStream* captions_ = nullptr;
    std::int64_t last_ = -1;  // milliseconds
    bool finished_ = false;
    bool created_ = false;
    bool whole_ = false;  // the file, with its index
};

Result<void> MatroskaRecorder::openEncoder(int width, int height) {
    const AVCodec* codec = avcodec_find_encoder_by_name("libx264");
    encoder_.reset(codec ? avcodec_alloc_context3(codec) : nullptr);
    if (!encoder_) {
        return fail(ErrorCode::Unsupported,
                    "Cannot record: this FFmpeg was built without x264. Install one with "
                    "libx264.");
    }
    encoder_->width = width;
    encoder_->height = height;
    encoder_->pix_fmt = AV_PIX_FMT_YUV420P;
    encoder_->time_base = kMilliseconds;
    encoder_->framerate = {30, 1};  // steers the distribution of bits only
    encoder_->gop_size = kKeyframeDistance;
    encoder_->color_range = AVCOL_RANGE_MPEG;
    encoder_->colorspace = height >= 720 ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
    encoder_->thread_count = 1;  // captioning has the other cores
    encoder_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    AVDictionary* settings = nullptr;
    av_dict_set(&settings, "preset", "ultrafast", 0);
    av_dict_set(&settings, "tune", "zerolatency", 0);  // nothing is held back, so nothing of it is lost
    av_dict_set_int(&settings, "crf", kQuality, 0);
    const int code = avcodec_open2(encoder_.get(), codec, &settings);
    av_dict_free(&settings);
    if (code < 0) {
        return fail(
            ErrorCode::Unsupported,
            fmt::format("Cannot record: pictures of {}x{} cannot be encoded. Choose another size.", width, height),
            ffmpegErrorText(code));
    }
    picture_.reset(av_frame_alloc());
    picture_->format = encoder_->pix_fmt;
    picture_->width = width;
    picture_->height = height;
    if (av_frame_get_buffer(picture_.get(), 0) < 0) {
        return fail(ErrorCode::Internal, "Cannot record: there is no memory for a picture. Close other programs.");
    }
    return {};
}

Result<void> MatroskaRecorder::open(int width, int height) {
    if (path_.extension() != ".mkv") {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot record to {}: only Matroska files survive a crash. Choose a name that ends in "
                                ".mkv.",
                                path_.string()));
    }
    routeFfmpegLog();
    if (auto opened = openEncoder(width & ~1, height & ~1); !opened) {
        return opened;
    }
    const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0 && errno == EEXIST) {
        return fail(ErrorCode::Io, fmt::format("Cannot record to {}: it exists. Choose another name.", path_.string()));
    }
    if (file < 0) {
        return tl::unexpected(writeError(path_, errno));
    }
    ::close(file);
    created_ = true;
    AVFormatContext* raw = nullptr;
    avformat_alloc_output_context2(&raw, nullptr, "matroska", nullptr);
    context_.reset(raw);
    int code = avio_open(&context_->pb, ("file:" + path_.string()).c_str(), AVIO_FLAG_WRITE);
    if (code < 0) {
        return tl::unexpected(writeProblem(code));
    }
    context_->flags |= AVFMT_FLAG_FLUSH_PACKETS;
    video_ = avformat_new_stream(context_.get(), nullptr);
    avcodec_parameters_from_context(video_->codecpar, encoder_.get());
    video_->time_base = kMilliseconds;
    captions_ = avformat_new_stream(context_.get(), nullptr);
    captions_->codecpar->codec_type = AVMEDIA_TYPE_SUBTITLE;
    captions_->codecpar->codec_id = AV_CODEC_ID_SUBRIP;
    captions_->time_base = kMilliseconds;
    captions_->disposition = AV_DISPOSITION_DEFAULT;
    av_dict_set(&captions_->metadata, "language", "eng", 0);
    av_dict_set(&captions_->metadata, "title", "Captions", 0);
    AVDictionary* settings = nullptr;
    av_dict_set_int(&settings, "cluster_time_limit", 1000, 0);  // what a crash may cost, in milliseconds
    code = avformat_write_header(context_.get(), &settings);
    av_dict_free(&settings);
    if (code < 0) {
        return tl::unexpected(writeProblem(code));
    }
    packet_.reset(av_packet_alloc());
    return {};
}

Result<void> MatroskaRecorder::put(AVPacket& packet, const AVStream& stream) {
    packet.stream_index = stream.index;
    // Not interleaved: that would hold pictures back until the next caption.
    const int code = av_write_frame(context_.get(), &packet);
    av_packet_unref(&packet);
    if (code < 0 || context_->pb->error < 0) {
        return tl::unexpected(writeProblem(code < 0 ? code : context_->pb->error));
    }
    return {};
}

Result<void> MatroskaRecorder::drain() {
    while (avcodec_receive_packet(encoder_.get(), packet_.get()) == 0) {
        av_packet_rescale_ts(packet_.get(), encoder_->time_base, video_->time_base);
        if (auto written = put(*packet_, *video_); !written) {
            return written;
        }
    }
    return {};
}

Result<void> MatroskaRecorder::write(const Image& image, MediaTime time) {
    const auto stamp = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
    if (stamp <= last_) {
        return {};
    }
    last_ = stamp;
    scaler_.reset(sws_getCachedContext(scaler_.release(), image.width(), image.height(), AV_PIX_FMT_BGRA,
                                       picture_->width, picture_->height, AV_PIX_FMT_YUV420P, SWS_BILINEAR, nullptr,
                                       nullptr, nullptr));
    const int matrix = encoder_->colorspace == AVCOL_SPC_BT709 ? SWS_CS_ITU709 : SWS_CS_ITU601;
    sws_setColorspaceDetails(scaler_.get(), sws_getCoefficients(SWS_CS_DEFAULT), 1, sws_getCoefficients(matrix), 0, 0,
                             1 << 16, 1 << 16);
    if (av_frame_make_writable(picture_.get()) < 0) {
        return fail(ErrorCode::Internal, "Cannot record: there is no memory for a picture. Close other programs.");
    }
    const std::uint8_t* planes[4] = {image.data(), nullptr, nullptr, nullptr};
    const int strides[4] = {image.strideBytes(), 0, 0, 0};
    sws_scale(scaler_.get(), planes, strides, 0, image.height(), picture_->data, picture_->linesize);
    picture_->pts = stamp;
    if (const int code = avcodec_send_frame(encoder_.get(), picture_.get()); code < 0) {
        return fail(ErrorCode::Internal, "A picture could not be encoded. Start the recording again.",
                    ffmpegErrorText(code));
    }
    return drain();
}

Result<void> MatroskaRecorder::writeCaption(std::string_view text, MediaTime start, MediaTime end) {
    if (text.empty() || end <= start) {
        return {};
    }
    if (av_new_packet(packet_.get(), static_cast<int>(text.size())) < 0) {
        return fail(ErrorCode::Internal, "Cannot record: there is no memory for a caption. Close other programs.");
    }
    std::memcpy(packet_->data, text.data(), text.size());
    packet_->pts = packet_->dts = std::chrono::duration_cast<std::chrono::milliseconds>(start).count();
    packet_->duration = std::chrono::duration_cast<std::chrono::milliseconds>(end - start).count();
    packet_->flags |= AV_PKT_FLAG_KEY;
    return put(*packet_, *captions_);
}

Result<void> MatroskaRecorder::finish() {
    finished_ = true;
    avcodec_send_frame(encoder_.get(), nullptr);
    auto drained = drain();
    const int code = av_write_trailer(context_.get());
    if (!drained) {
        return drained;
    }
    if (code < 0 || context_->pb->error < 0) {
        return tl::unexpected(writeProblem(code < 0 ? code : context_->pb->error));
    }
    whole_ = true;
    return {};
}

}  // namespace

Result<std::unique_ptr<VideoRecorder>> VideoRecorder::create(const std::filesystem::path& path, int width, int height) {
    auto recorder = std::make_unique<MatroskaRecorder>(path);
    if (auto opened = recorder->open(width, height); !opened) {
        return tl::unexpected(opened.error());
    }
    return recorder;
}

}  // namespace sightline
