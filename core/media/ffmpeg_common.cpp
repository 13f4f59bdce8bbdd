#include "core/media/ffmpeg_common.h"

#include <array>
#include <cstdarg>
#include <cstring>
#include <mutex>
#include <string_view>

extern "C" {
#include <libavutil/pixdesc.h>
}

#include "core/base/logging.h"
#include "core/base/secrets.h"

namespace sightline {
namespace {

thread_local FfmpegWarnings* listening = nullptr;

void forwardLog(void* source, int level, const char* format, va_list arguments) {
    if (level > AV_LOG_WARNING) {
        return;
    }
    std::array<char, 1024> line{};
    int prefix = 1;
    av_log_format_line2(source, level, format, arguments, line.data(), static_cast<int>(line.size()), &prefix);
    std::string text(line.data());
    while (!text.empty() && text.back() == '\n') {
        text.pop_back();
    }
    text = withoutSecrets(text);
    if (listening) {
        listening->lines.push_back(text);
    }
    logger("ffmpeg")->debug(text);
}

}  // namespace

AVIOInterruptCB interruptedBy(const std::stop_token& stop) {
    const auto isStopped = [](void* token) {
        return static_cast<const std::stop_token*>(token)->stop_requested() ? 1 : 0;
    };
    return {isStopped, const_cast<std::stop_token*>(&stop)};
}

std::string ffmpegErrorText(int code) {
    std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
    av_strerror(code, text.data(), text.size());
    return text.data();
}

void routeFfmpegLog() {
    static std::once_flag once;
    std::call_once(once, [] { av_log_set_callback(forwardLog); });
}

FfmpegWarnings::FfmpegWarnings() {
    routeFfmpegLog();
    listening = this;
}

FfmpegWarnings::~FfmpegWarnings() { listening = nullptr; }

namespace {

template <typename Property>
void forgetUnknown(Property& property, Property unspecified, Property end, const char* (*nameOf)(Property)) {
    int number = 0;  // one outside the enumeration must not be read as one of it
    static_assert(sizeof number == sizeof property);
    std::memcpy(&number, &property, sizeof number);
    const char* name = number >= 0 && number < end ? nameOf(static_cast<Property>(number)) : nullptr;
    if (!name || std::string_view(name) == "reserved") {
        property = unspecified;
    }
}

}  // namespace

int receivePicture(AVCodecContext& decoder, AVFrame& picture) {
    const int code = avcodec_receive_frame(&decoder, &picture);
    if (code >= 0) {
        forgetUnknown(picture.color_primaries, AVCOL_PRI_UNSPECIFIED, AVCOL_PRI_NB, av_color_primaries_name);
        forgetUnknown(picture.color_trc, AVCOL_TRC_UNSPECIFIED, AVCOL_TRC_NB, av_color_transfer_name);
        forgetUnknown(picture.colorspace, AVCOL_SPC_UNSPECIFIED, AVCOL_SPC_NB, av_color_space_name);
        forgetUnknown(picture.color_range, AVCOL_RANGE_UNSPECIFIED, AVCOL_RANGE_NB, av_color_range_name);
    }
    return code;
}

std::int64_t frameDuration(const AVFrame& frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
    return frame.duration;
#else
    return frame.pkt_duration;
#endif
}

void setFrameDuration(AVFrame& frame, std::int64_t duration) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
    frame.duration = duration;
#else
    frame.pkt_duration = duration;
#endif
}

bool isKeyFrame(const AVFrame& frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
    return (frame.flags & AV_FRAME_FLAG_KEY) != 0;
#else
    return frame.key_frame != 0;
#endif
}

bool isInterlaced(const AVFrame& frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
    return (frame.flags & AV_FRAME_FLAG_INTERLACED) != 0;
#else
    return frame.interlaced_frame != 0;
#endif
}

#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)  // FFmpeg 7.1
namespace {

template <typename Value>
std::vector<Value> supported(const AVCodec& codec, AVCodecConfig kind) {
    const void* values = nullptr;
    int count = 0;
    const int code = avcodec_get_supported_config(nullptr, &codec, kind, 0, &values, &count);
    const auto* first = static_cast<const Value*>(values);
    return code < 0 || !first ? std::vector<Value>() : std::vector<Value>(first, first + count);
}

}  // namespace

std::vector<AVSampleFormat> sampleFormats(const AVCodec& codec) {
    return supported<AVSampleFormat>(codec, AV_CODEC_CONFIG_SAMPLE_FORMAT);
}
std::vector<int> sampleRates(const AVCodec& codec) { return supported<int>(codec, AV_CODEC_CONFIG_SAMPLE_RATE); }
#else
namespace {

template <typename Value>
std::vector<Value> until(const Value* first, Value end) {
    std::vector<Value> values;
    for (const Value* value = first; value && *value != end; ++value) {
        values.push_back(*value);
    }
    return values;
}

}  // namespace

std::vector<AVSampleFormat> sampleFormats(const AVCodec& codec) { return until(codec.sample_fmts, AV_SAMPLE_FMT_NONE); }
std::vector<int> sampleRates(const AVCodec& codec) { return until(codec.supported_samplerates, 0); }
#endif

bool isEncrypted(const AVPacket& packet) {
    return av_packet_get_side_data(&packet, AV_PKT_DATA_ENCRYPTION_INFO, nullptr) != nullptr;
}

}  // namespace sightline
