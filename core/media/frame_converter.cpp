#include "core/media/frame_converter.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "core/base/logging.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace sightline {
namespace {

constexpr int kStepPixels = 16;

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

void layOnBlack(Image& image) {
    std::uint8_t* const end = image.data() + image.sizeBytes();
    for (std::uint8_t* bgra = image.data(); bgra != end; bgra += Image::kChannels) {
        const int alpha = bgra[3];
        for (int channel = 0; channel < 3; ++channel) {
            bgra[channel] = static_cast<std::uint8_t>((bgra[channel] * alpha + 127) / 255);
        }
        bgra[3] = 255;
    }
}

}  // namespace

bool hasAlpha(AVPixelFormat format) {
    const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(format);
    // A palette may hold transparent colours.
    return description && (description->flags & (AV_PIX_FMT_FLAG_ALPHA | AV_PIX_FMT_FLAG_PAL)) != 0;
}

Result<Image> FrameConverter::convert(const AVFrame& picture) {
    if (ToneMapper::isNeededFor(picture) && !toneMappingFailed_) {
        auto mapped = toneMapper_.apply(picture);
        if (mapped) {
            return toBgra(**mapped);
        }
        toneMappingFailed_ = true;  // pale colours are better than none
        logger("media")->warn(mapped.error().message);
    }
    return toBgra(picture);
}

Result<Image> FrameConverter::toBgra(const AVFrame& picture) {
    const auto format = static_cast<AVPixelFormat>(picture.format);
    // No scaling takes place, so the filter only matters for chroma.
    scaler_.reset(sws_getCachedContext(scaler_.release(), picture.width, picture.height, withoutJpegRange(format),
                                       picture.width, picture.height, AV_PIX_FMT_BGRA, SWS_BILINEAR, nullptr, nullptr,
                                       nullptr));
    if (!scaler_) {
        return fail(ErrorCode::Unsupported, "The pixel format is not supported. Convert the video to 8-bit 4:2:0.");
    }
    int matrix = picture.colorspace;
    if (matrix == AVCOL_SPC_UNSPECIFIED || matrix == AVCOL_SPC_RGB || matrix == AVCOL_SPC_RESERVED) {
        matrix = picture.height >= 720 ? SWS_CS_ITU709 : SWS_CS_ITU601;
    }
    const int full = picture.color_range == AVCOL_RANGE_JPEG || format != withoutJpegRange(format) ? 1 : 0;
    sws_setColorspaceDetails(scaler_.get(), sws_getCoefficients(matrix), full, sws_getCoefficients(SWS_CS_DEFAULT), 1,
                             0, 1 << 16, 1 << 16);
    Image image(picture.width, picture.height);
    // Where a row has no room for it, swscale's vector code leaves the last columns out that do not fill a step.
    const int paddedWidth = (picture.width + kStepPixels - 1) / kStepPixels * kStepPixels;
    const bool padded = paddedWidth != picture.width;
    if (padded) {
        roomy_ = Image(paddedWidth, picture.height);
    }
    Image& target = padded ? roomy_ : image;
    std::uint8_t* planes[4] = {target.data(), nullptr, nullptr, nullptr};
    const int strides[4] = {target.strideBytes(), 0, 0, 0};
    sws_scale(scaler_.get(), picture.data, picture.linesize, 0, picture.height, planes, strides);
    if (padded) {
        const auto rowBytes = static_cast<std::size_t>(image.strideBytes());
        for (int y = 0; y < picture.height; ++y) {
            std::memcpy(image.data() + static_cast<std::size_t>(y) * rowBytes, roomy_.row(y), rowBytes);
        }
    }
    if (hasAlpha(format)) {
        layOnBlack(image);
    }
    return image;
}

AvFramePtr frameOf(const Image& picture) {
    AvFramePtr frame(av_frame_alloc());
    frame->width = picture.width();
    frame->height = picture.height();
    frame->format = AV_PIX_FMT_BGRA;
    if (av_frame_get_buffer(frame.get(), 0) < 0) {
        return nullptr;
    }
    for (int y = 0; y < picture.height(); ++y) {
        std::copy_n(picture.row(y), picture.strideBytes(),
                    frame->data[0] + static_cast<std::ptrdiff_t>(y) * frame->linesize[0]);
    }
    return frame;
}

}  // namespace sightline
