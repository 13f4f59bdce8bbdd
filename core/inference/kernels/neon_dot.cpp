// AArch64 with NEON's dot products (dotprod, from Armv8.2 on).
#include "core/inference/kernels/kernels.h"

#if defined(__aarch64__)

#include <arm_neon.h>

#define SIGHTLINE_SET __attribute__((target("arch=armv8.2-a+dotprod")))

#include "core/inference/kernels/byte_loops.h"
#include "core/inference/kernels/neon_dot_vectors.h"

namespace sightline {

constinit const ConvolutionKernels<std::uint8_t> kNeonDotConvolutions =
    convolutionsOf<NeonDotVectors>(residualOfBytesPortable);
constinit const LinearKernels kNeonDotLinear = linearOf<NeonDotVectors>();

}  // namespace sightline

#endif
