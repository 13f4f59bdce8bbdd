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

// As AVColorSpace has it, which swscale shares.
int matrixOf(const AVFrame& picture) {
    const int matrix = picture.colorspace;
    if (matrix == AVCOL_SPC_UNSPECIFIED || matrix == AVCOL_SPC_RGB) {
        return picture.height >= 720 ? SWS_CS_ITU709 : SWS_CS_ITU601;
    }
    return matrix;
}

bool isFullRange(const AVFrame& picture) {
    const auto format = static_cast<AVPixelFormat>(picture.format);
    return picture.color_range == AVCOL_RANGE_JPEG || format != withoutJpegRange(format);
}

// Luma and two chroma planes of 8 bits.
bool isPlanarOfBytes(const AVPixFmtDescriptor* description) {
    constexpr std::uint64_t kOther = AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_ALPHA | AV_PIX_FMT_FLAG_PAL |
                                     AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BAYER | AV_PIX_FMT_FLAG_BITSTREAM;
    if (!description || description->nb_components != 3 || (description->flags & kOther) != 0 ||
        (description->flags & AV_PIX_FMT_FLAG_PLANAR) == 0) {
        return false;
    }
    for (int i = 0; i < 3; ++i) {
        const AVComponentDescriptor& component = description->comp[i];
        if (component.depth != 8 || component.plane != i || component.step != 1) {
            return false;
        }
    }
    return true;
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
            return toBgra(**mapped, scaler_);
        }
        toneMappingFailed_ = true;  // pale colours are better than none
        logger("media")->warn(mapped.error().message);
    }
    return toBgra(picture, scaler_);
}

// Each point becomes four pixels that share their chroma, so that swscale takes the way that it takes for the whole.
std::optional<Image> FrameConverter::points(const AVFrame& picture, int columns, int rows) {
    const auto format = static_cast<AVPixelFormat>(picture.format);
    const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(format);
    if (!isPlanarOfBytes(description) || ToneMapper::isNeededFor(picture)) {
        return std::nullopt;
    }
    if (!points_ || points_->width != 2 * columns || points_->height != 2 * rows) {
        points_.reset(av_frame_alloc());
        points_->width = 2 * columns;
        points_->height = 2 * rows;
        points_->format = AV_PIX_FMT_YUV420P;
        if (av_frame_get_buffer(points_.get(), 0) < 0) {
            points_.reset();
            return std::nullopt;
        }
    }
    const auto middle = [](int part, int parts, int size) {
        return static_cast<int>((2 * part + 1) * static_cast<std::int64_t>(size) / (2 * parts));
    };
    for (int row = 0; row < rows; ++row) {
        const int y = middle(row, rows, picture.height);
        const auto line = [&](const AVFrame& of, int plane, int at) {
            return of.data[plane] + at * of.linesize[plane];
        };
        for (int column = 0; column < columns; ++column) {
            const int x = middle(column, columns, picture.width);
            const std::uint8_t luma = line(picture, 0, y)[x];
            for (int twice = 0; twice < 2; ++twice) {
                std::fill_n(line(*points_, 0, 2 * row + twice) + 2 * column, 2, luma);
            }
            for (int plane = 1; plane < 3; ++plane) {
                line(*points_, plane, row)[column] =
                    line(picture, plane, y >> description->log2_chroma_h)[x >> description->log2_chroma_w];
            }
        }
    }
    points_->colorspace = static_cast<AVColorSpace>(matrixOf(picture));
    points_->color_range = isFullRange(picture) ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    const auto fourfold = toBgra(*points_, pointScaler_);
    if (!fourfold) {
        return std::nullopt;
    }
    Image image(columns, rows);
    for (int row = 0; row < rows; ++row) {
        for (int column = 0; column < columns; ++column) {
            std::memcpy(image.data() + row * image.strideBytes() + column * Image::kChannels,
                        fourfold->row(2 * row) + 2 * column * Image::kChannels, Image::kChannels);
        }
    }
    return image;
}

Result<Image> FrameConverter::toBgra(const AVFrame& picture, ScalerPtr& scaler) {
    const auto format = static_cast<AVPixelFormat>(picture.format);
    // No scaling takes place, so the filter only matters for chroma.
    scaler.reset(sws_getCachedContext(scaler.release(), picture.width, picture.height, withoutJpegRange(format),
                                      picture.width, picture.height, AV_PIX_FMT_BGRA, SWS_BILINEAR, nullptr, nullptr,
                                      nullptr));
    if (!scaler) {
        return fail(ErrorCode::Unsupported, "The pixel format is not supported. Convert the video to 8-bit 4:2:0.");
    }
    sws_setColorspaceDetails(scaler.get(), sws_getCoefficients(matrixOf(picture)), isFullRange(picture) ? 1 : 0,
                             sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, 1 << 16, 1 << 16);
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
    sws_scale(scaler.get(), picture.data, picture.linesize, 0, picture.height, planes, strides);
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
