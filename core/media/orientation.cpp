#include "core/media/orientation.h"

#include <cstdlib>

#include <opencv2/core.hpp>

namespace sightline {
namespace {

const std::int32_t* streamMatrix(const AVStream& stream) {
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 16, 100)  // FFmpeg 6.1
    const AVPacketSideData* entry = av_packet_side_data_get(
        stream.codecpar->coded_side_data, stream.codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
    const std::uint8_t* matrix = entry ? entry->data : nullptr;
#else
    const std::uint8_t* matrix = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, nullptr);
#endif
    return reinterpret_cast<const std::int32_t*>(matrix);
}

// The matrix's upper left part shows (x, y) at (a x + c y, b x + d y), with y downwards (ISO/IEC 14496-12, 6.2.2).
Orientation fromMatrix(const std::int32_t* matrix) {
    const std::int64_t a = matrix[0];
    const std::int64_t b = matrix[1];
    const std::int64_t c = matrix[3];
    const std::int64_t d = matrix[4];
    if (std::abs(b) + std::abs(c) > std::abs(a) + std::abs(d)) {
        return {true, c < 0, b < 0};
    }
    return {false, a < 0, d < 0};
}

}  // namespace

Orientation displayOrientation(const AVStream& stream) {
    const std::int32_t* matrix = streamMatrix(stream);
    return matrix ? fromMatrix(matrix) : Orientation{};
}

Orientation displayOrientation(const AVStream& stream, const AVFrame& picture) {
    if (streamMatrix(stream)) {
        return displayOrientation(stream);
    }
    const AVFrameSideData* entry = av_frame_get_side_data(&picture, AV_FRAME_DATA_DISPLAYMATRIX);
    return entry ? fromMatrix(reinterpret_cast<const std::int32_t*>(entry->data)) : Orientation{};
}

Image turned(Image image, const Orientation& orientation) {
    const auto pixels = [](Image& of) { return cv::Mat(of.height(), of.width(), CV_8UC4, of.data()); };
    if (orientation.transposed) {
        Image transposed(image.height(), image.width());
        cv::Mat to = pixels(transposed);
        cv::transpose(pixels(image), to);
        image = std::move(transposed);
    }
    if (orientation.mirroredLeftRight || orientation.mirroredUpDown) {
        constexpr int kUpDown = 0;
        constexpr int kLeftRight = 1;
        constexpr int kBoth = -1;
        cv::Mat inPlace = pixels(image);
        cv::flip(inPlace, inPlace,
                 !orientation.mirroredUpDown      ? kLeftRight
                 : !orientation.mirroredLeftRight ? kUpDown
                                                  : kBoth);
    }
    return image;
}

}  // namespace sightline
