// From a decoded picture to the pixels that are shown. Included by core/media only.
#pragma once

#include <optional>

#include "core/base/result.h"
#include "core/media/ffmpeg_common.h"
#include "core/media/image.h"
#include "core/media/tone_mapper.h"

namespace sightline {

// Colour matrix and range as tagged; untagged video is BT.709 from 720 lines on, else BT.601, limited range, as players
// assume. HDR and wide gamut are mapped to SDR (tone_mapper.h). Transparent pictures lie on black, as in players. SMPTE
// 170M and EBU primaries are taken for those of BT.709, from which they hardly differ. One thread at a time.
class FrameConverter {
public:
    explicit FrameConverter(int threads) : toneMapper_(threads) {}

    // As coded: neither turned nor stretched. Unsupported for a pixel format that swscale cannot read.
    Result<Image> convert(const AVFrame& picture);

    // Of `columns` x `rows` parts of the picture the middle pixel, each as convert() would have it. None where the
    // whole has to be converted first: HDR, more than 8 bits, not planar Y'CbCr.
    std::optional<Image> points(const AVFrame& picture, int columns, int rows);

private:
    Result<Image> toBgra(const AVFrame& picture, ScalerPtr& scaler);

    ScalerPtr scaler_;
    ScalerPtr pointScaler_;
    AvFramePtr points_;
    Image roomy_;  // for pictures whose width does not suit swscale
    ToneMapper toneMapper_;
    bool toneMappingFailed_ = false;
};

// Whether pictures of that format may be transparent; those of a palette may.
bool hasAlpha(AVPixelFormat format);

// The other way: the same pixels for encoders and filters, without times. Null without memory.
AvFramePtr frameOf(const Image& picture);

}  // namespace sightline
