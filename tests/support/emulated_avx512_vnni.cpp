#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

// Only what the kernels use: all of SIMDe's AVX-512 takes long to compile.
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512/add.h>
#include <simde/x86/avx512/extract.h>
#include <simde/x86/avx512/loadu.h>
#include <simde/x86/avx512/max.h>
#include <simde/x86/avx512/mul.h>
#include <simde/x86/avx512/packs.h>
#include <simde/x86/avx512/packus.h>
#include <simde/x86/avx512/permutexvar.h>
#include <simde/x86/avx512/set1.h>
#include <simde/x86/avx512/set4.h>
#include <simde/x86/avx512/setr.h>
#include <simde/x86/avx512/setzero.h>
#include <simde/x86/avx512/shuffle.h>
#include <simde/x86/avx512/storeu.h>

#include "tests/support/emulated_kernels.h"

// What SIMDe lacks, in 0.7.2 of Ubuntu 24.04 or in 0.7.4 of Debian 12.
namespace {

template <typename To, typename Vector, typename Convert>
auto converted(Vector from, Convert convert) {
    std::array<decltype(convert(To{})), 16> out;
    std::array<To, 16> in;
    static_assert(sizeof in == sizeof from);
    std::memcpy(in.data(), &from, sizeof in);
    for (std::size_t i = 0; i < in.size(); ++i) {
        out[i] = convert(in[i]);
    }
    return out;
}

template <typename Vector, typename Numbers>
Vector vectorOf(const Numbers& numbers) {
    Vector vector;
    static_assert(sizeof vector == sizeof numbers);
    std::memcpy(&vector, numbers.data(), sizeof vector);
    return vector;
}

[[maybe_unused]] __m512 toFloats(__m512i from) {
    return vectorOf<__m512>(converted<std::int32_t>(from, [](std::int32_t i) { return static_cast<float>(i); }));
}

// What no integer is big enough for becomes the least one.
[[maybe_unused]] __m512i toIntegers(__m512 from) {
    return vectorOf<__m512i>(converted<float>(from, [](float f) {
        constexpr float kTooBig = 2147483648.0F;
        return f >= -kTooBig && f < kTooBig ? static_cast<std::int32_t>(std::nearbyint(f))
                                            : std::numeric_limits<std::int32_t>::min();
    }));
}

[[maybe_unused]] __m128i toBytes(__m512i from) {
    return vectorOf<__m128i>(
        converted<std::uint32_t>(from, [](std::uint32_t i) { return static_cast<std::uint8_t>(std::min(i, 255U)); }));
}

// Adds to each sum four products of a byte without and one with a sign.
[[maybe_unused]] __m512i addedDots(__m512i sums, __m512i unsignedBytes, __m512i signedBytes) {
    std::array<std::int32_t, 16> sum;
    std::array<std::uint8_t, 64> a;
    std::array<std::int8_t, 64> b;
    std::memcpy(sum.data(), &sums, sizeof sum);
    std::memcpy(a.data(), &unsignedBytes, sizeof a);
    std::memcpy(b.data(), &signedBytes, sizeof b);
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum[i / 4] += a[i] * b[i];
    }
    return vectorOf<__m512i>(sum);
}

}  // namespace
#define _mm512_dpbusd_epi32 addedDots
#define _mm512_cvtepi32_ps toFloats
#define _mm512_cvtps_epi32 toIntegers
#define _mm512_cvtusepi32_epi8 toBytes

#define SIGHTLINE_SET
#include "core/inference/kernels/avx512_vnni_vectors.h"
#include "core/inference/kernels/byte_loops.h"

namespace sightline::test {

EmulatedKernels emulatedAvx512Vnni() {
    static constexpr auto kConvolutions = convolutionsOf<Avx512VnniVectors>(residualOfBytesPortable);
    static constexpr auto kLinear = linearOf<Avx512VnniVectors>();
    return {"emulated AVX-512 VNNI", &kConvolutions, &kLinear};
}

}  // namespace sightline::test
