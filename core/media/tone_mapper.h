// HDR and wide-gamut pictures for an ordinary screen. Included by core/media only.
#pragma once

#include <memory>

#include "core/base/result.h"
#include "core/media/ffmpeg_common.h"
#include "core/media/filter_chain.h"

namespace sightline {

// Brings PQ and HLG (ITU-R BT.2100) and SDR in BT.2020 primaries to sRGB with BT.709 primaries, through libavfilter's
// zscale and tonemap. One thread at a time.
//
// The curve for HDR: light L in units of 100 cd/m2 (PQ by its EOTF, HLG by its EOTF and the OOTF of a 1000 cd/m2
// display, both of BT.2100), primaries to BT.709, then Hable's H(L) / H(peak) on the largest of the three colours, the
// others in proportion, then the sRGB curve. The peak is the stream's MaxCLL, else its mastering display's, else
// 1000 cd/m2. With the last, 100 cd/m2 land on sRGB 152, the 203 cd/m2 of reference white (ITU-R BT.2408) on 189.
// H(x) = (x(0.15x + 0.05) + 0.004) / (x(0.15x + 0.5) + 0.06) - 0.02 / 0.3  (J. Hable, "Filmic Tonemapping", GDC 2010).
class ToneMapper {
public:
    explicit ToneMapper(int threads) : threads_(threads) {}

    static bool isNeededFor(const AVFrame& picture);

    // The picture in 8-bit planar RGB. Unsupported where this FFmpeg lacks the filters.
    Result<AvFramePtr> apply(const AVFrame& picture);

private:
    const int threads_;
    std::unique_ptr<FilterChain> chain_;
};

}  // namespace sightline
