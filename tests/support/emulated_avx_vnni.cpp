#if defined(__x86_64__)

#include <immintrin.h>

#include "tests/support/emulated_kernels.h"

// The only instruction of AVX-VNNI that the kernels use, by AVX2: products of even and of odd bytes, each two of which
// AVX2 adds up in 32 bits.
__attribute__((target("avx2"))) static inline __m256i dotByAvx2(__m256i sums, __m256i unsignedBytes,
                                                                __m256i signedBytes) {
    const __m256i evenX = _mm256_and_si256(unsignedBytes, _mm256_set1_epi16(0xff));
    const __m256i oddX = _mm256_srli_epi16(unsignedBytes, 8);
    const __m256i evenW = _mm256_srai_epi16(_mm256_slli_epi16(signedBytes, 8), 8);
    const __m256i oddW = _mm256_srai_epi16(signedBytes, 8);
    const __m256i products = _mm256_add_epi32(_mm256_madd_epi16(evenX, evenW), _mm256_madd_epi16(oddX, oddW));
    return _mm256_add_epi32(sums, products);
}
#undef _mm256_dpbusd_avx_epi32
#define _mm256_dpbusd_avx_epi32 dotByAvx2

#define SIGHTLINE_SET __attribute__((target("avx2")))
#include "core/inference/kernels/avx_vnni_vectors.h"
#include "core/inference/kernels/byte_loops.h"

namespace sightline::test {

EmulatedKernels emulatedAvxVnni() {
    static constexpr auto kConvolutions = convolutionsOf<AvxVnniVectors>(residualOfBytesAvx2);
    static constexpr auto kLinear = linearOf<AvxVnniVectors>();
    return {"emulated AVX-VNNI", &kConvolutions, &kLinear};
}

}  // namespace sightline::test

#endif
