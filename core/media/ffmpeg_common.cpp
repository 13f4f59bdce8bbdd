#include "core/media/ffmpeg_common.h"

#include <array>
#include <cmath>
#include <cstdarg>
#include <mutex>

#include "core/base/logging.h"

extern "C" {
#include <libavutil/display.h>
}

namespace sightline {
namespace {

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
    logger("ffmpeg")->debug(text);
}

}  // namespace

std::string ffmpegErrorText(int code) {
    std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
    av_strerror(code, text.data(), text.size());
    return text.data();
}

void routeFfmpegLog() {
    static std::once_flag once;
    std::call_once(once, [] { av_log_set_callback(forwardLog); });
}

int displayRotation(const AVStream& stream) {
#if LIBAVFORMAT_VERSION_MAJOR >= 61
    const AVPacketSideData* entry = av_packet_side_data_get(
        stream.codecpar->coded_side_data, stream.codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
    const std::uint8_t* matrix = entry ? entry->data : nullptr;
#else
    const std::uint8_t* matrix = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, nullptr);
#endif
    if (!matrix) {
        return 0;
    }
    // The matrix turns counter-clockwise; NaN stands for a matrix that is not a rotation.
    const double degrees = -av_display_rotation_get(reinterpret_cast<const std::int32_t*>(matrix));
    if (std::isnan(degrees)) {
        return 0;
    }
    const int quarters = static_cast<int>(std::lround(degrees / 90.0));
    return ((quarters % 4) + 4) % 4 * 90;
}

std::int64_t frameDuration(const AVFrame& frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
    return frame.duration;
#else
    return frame.pkt_duration;
#endif
}

}  // namespace sightline
