// AVX-VNNI, in 256 bits: CPUs with VNNI that lack AVX-512.
#include "core/inference/kernels/kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define SIGHTLINE_SET __attribute__((target("avx2,avxvnni")))

#include "core/inference/kernels/avx_vnni_vectors.h"
#include "core/inference/kernels/byte_loops.h"

namespace sightline {

constinit const ConvolutionKernels<std::uint8_t> kAvxVnniConvolutions =
    convolutionsOf<AvxVnniVectors>(residualOfBytesAvx2);
constinit const LinearKernels kAvxVnniLinear = linearOf<AvxVnniVectors>();

}  // namespace sightline

#endif
