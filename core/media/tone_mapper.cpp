#include "core/media/tone_mapper.h"

namespace sightline {
namespace {

bool isHdr(const AVFrame& picture) {
    return picture.color_trc == AVCOL_TRC_SMPTE2084 || picture.color_trc == AVCOL_TRC_ARIB_STD_B67;
}

// Light in units of `npl` cd/m2 for the tone curve; floats, because HDR light spans 1 : 10,000,000.
constexpr const char* kHdr =
    "zscale=transfer=linear:npl=100,format=gbrpf32le,zscale=primaries=bt709,tonemap=tonemap=hable:desat=0,"
    "zscale=transfer=iec61966-2-1:matrix=gbr:range=pc,format=gbrp";
// SDR keeps its curve: only colours outside BT.709 are clipped.
constexpr const char* kWideGamut = "zscale=matrix=gbr:primaries=bt709:transfer=bt709:range=pc,format=gbrp";

}  // namespace

bool ToneMapper::isNeededFor(const AVFrame& picture) {
    return isHdr(picture) || picture.color_primaries == AVCOL_PRI_BT2020;
}

Result<AvFramePtr> ToneMapper::apply(const AVFrame& picture) {
    // zscale wants every property; what HDR streams leave out is what BT.2100 says.
    AvFramePtr tagged(av_frame_clone(&picture));
    const bool rgb = tagged->colorspace == AVCOL_SPC_RGB;
    if (tagged->color_primaries == AVCOL_PRI_UNSPECIFIED) {
        tagged->color_primaries = AVCOL_PRI_BT2020;
    }
    if (tagged->colorspace == AVCOL_SPC_UNSPECIFIED) {
        tagged->colorspace = AVCOL_SPC_BT2020_NCL;
    }
    if (tagged->color_trc == AVCOL_TRC_UNSPECIFIED) {
        tagged->color_trc = AVCOL_TRC_BT709;
    }
    if (tagged->color_range == AVCOL_RANGE_UNSPECIFIED) {
        tagged->color_range = rgb ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    }
    if (!chain_ || !chain_->fits(*tagged)) {
        chain_ = FilterChain::make(isHdr(picture) ? kHdr : kWideGamut, *tagged, threads_);
    }
    AvFramePtr mapped = chain_ && chain_->push(tagged.get()) ? chain_->pull() : nullptr;
    if (!mapped) {
        chain_.reset();
        return fail(ErrorCode::Unsupported, "The colours of this HDR or wide-gamut video cannot be converted.");
    }
    return mapped;
}

}  // namespace sightline
