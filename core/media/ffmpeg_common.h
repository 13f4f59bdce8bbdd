// Ownership of FFmpeg objects, its error texts, and what differs between its versions. Included by core/media only.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/imgutils.h>
#include <libswscale/swscale.h>
}

namespace sightline {

struct FormatContextDeleter {
    void operator()(AVFormatContext* context) const { avformat_close_input(&context); }
};
struct CodecContextDeleter {
    void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
};
struct FrameDeleter {
    void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
struct PacketDeleter {
    void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
struct ScalerDeleter {
    void operator()(SwsContext* context) const { sws_freeContext(context); }
};

using FormatContextPtr = std::unique_ptr<AVFormatContext, FormatContextDeleter>;
using CodecContextPtr = std::unique_ptr<AVCodecContext, CodecContextDeleter>;
using AvFramePtr = std::unique_ptr<AVFrame, FrameDeleter>;
using PacketPtr = std::unique_ptr<AVPacket, PacketDeleter>;
using ScalerPtr = std::unique_ptr<SwsContext, ScalerDeleter>;

inline constexpr AVRational kNanosecondBase{1, 1'000'000'000};  // of MediaTime

// Ends opening and reading once `stop` is requested, which must outlive the context.
AVIOInterruptCB interruptedBy(const std::stop_token& stop);

// FFmpeg's text for one of its error codes.
std::string ffmpegErrorText(int code);

// Sends FFmpeg's own log to the "ffmpeg" logger at debug level; called by every opener, does its work once.
void routeFfmpegLog();

// Keeps FFmpeg's warnings of the thread that made it, while it lives: the only way in which some filters tell a
// failure. One at a time in a thread.
class FfmpegWarnings {
public:
    FfmpegWarnings();
    ~FfmpegWarnings();
    FfmpegWarnings(const FfmpegWarnings&) = delete;
    FfmpegWarnings& operator=(const FfmpegWarnings&) = delete;

    std::vector<std::string> lines;
};

// avcodec_receive_frame() of a picture. Numbers for its colours that no standard gives a meaning, which files may hold,
// become "unspecified".
int receivePicture(AVCodecContext& decoder, AVFrame& picture);

// Duration of a decoded frame in the stream's time base, zero when unknown.
std::int64_t frameDuration(const AVFrame& frame);
void setFrameDuration(AVFrame& frame, std::int64_t duration);

// Whether decoding can start here. True also where a codec does not say; pict_type is more often set.
bool isKeyFrame(const AVFrame& frame);

bool isInterlaced(const AVFrame& frame);

// Of an encoder; empty where it takes any, or does not say.
std::vector<AVSampleFormat> sampleFormats(const AVCodec& codec);
std::vector<int> sampleRates(const AVCodec& codec);

// Whether its content would need a key (MP4's common encryption).
bool isEncrypted(const AVPacket& packet);

}  // namespace sightline
