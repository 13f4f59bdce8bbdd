#include "core/inference/kernels/kernels.h"

namespace sightline {

bool takesBytes(SimdPath path) { return path != SimdPath::Portable && path != SimdPath::Avx2; }

#if defined(__x86_64__)

const ConvolutionKernels<std::uint8_t>& byteKernels(SimdPath path) {
    return path == SimdPath::Avx512Vnni ? kAvx512VnniConvolutions : kAvxVnniConvolutions;
}

const ConvolutionKernels<std::int16_t>& wordKernels(SimdPath path) {
    return path == SimdPath::Avx2 ? kAvx2Convolutions : kPortableConvolutions;
}

const LinearKernels& linearKernels(SimdPath path) {
    switch (path) {
        case SimdPath::Avx512Vnni: return kAvx512VnniLinear;
        case SimdPath::AvxVnni: return kAvxVnniLinear;
        case SimdPath::Avx2: return kAvx2Linear;
        default: return kPortableLinear;
    }
}

#else

const ConvolutionKernels<std::int16_t>& wordKernels(SimdPath) { return kPortableConvolutions; }

#if defined(__aarch64__)
const ConvolutionKernels<std::uint8_t>& byteKernels(SimdPath) { return kNeonDotConvolutions; }
#endif

const LinearKernels& linearKernels(SimdPath path) {
#if defined(__aarch64__)
    if (path == SimdPath::NeonDot) {
        return kNeonDotLinear;
    }
#endif
    return kPortableLinear;
}

#endif

}  // namespace sightline
