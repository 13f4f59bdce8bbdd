// AVX-512 with VNNI.
#include "core/inference/kernels/kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define SIGHTLINE_SET __attribute__((target("avx512f,avx512bw,avx512vnni")))
#define SIGHTLINE_HOLD(vector) asm("" : "+v"(vector))

#include "core/inference/kernels/avx512_vnni_vectors.h"
#include "core/inference/kernels/byte_loops.h"

namespace sightline {

constinit const ConvolutionKernels<std::uint8_t> kAvx512VnniConvolutions =
    convolutionsOf<Avx512VnniVectors>(residualOfBytesAvx2);
constinit const LinearKernels kAvx512VnniLinear = linearOf<Avx512VnniVectors>();

}  // namespace sightline

#endif
