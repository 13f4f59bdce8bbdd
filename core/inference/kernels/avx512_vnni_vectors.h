// What AVX-512 VNNI does for byte_loops.h: its product is of unsigned activations and signed weights. Included as that
// is, after the intrinsics themselves.
#include <cstring>

#include "core/inference/kernels/kernels.h"

#define SIGHTLINE_STEP SIGHTLINE_SET static inline __attribute__((always_inline))

namespace sightline {
namespace {

struct Avx512VnniVectors {
    static constexpr auto kOrder = kNaturalOrder;  // of the channels in a vector of sums
    static constexpr int kMostPixels = 14;         // of a pointwise tile; 7, 14, 28, 56 and 112 are what rows have
    static constexpr int kAddedToUnsigned = 0;     // by spread() and columns()
    static constexpr auto kRowNumbers = RowNumbers::Unsigned;
    static constexpr int kMostRows = 8;  // of a linear layer's tile
    static constexpr int kLinearGroups = 3;
    static constexpr int kSumsInFlight = 6;    // which hide a product's latency
    static constexpr int kStoredTogether = 4;  // pixels

    using Sums = __m512i;     // one for each of sixteen channels
    using Weights = __m512i;  // four for each
    using Spread = __m512i;   // the same four activations for each
    using Columns = __m512i;  // four for each, from neighbouring columns

    struct Steps {
        __m512i offsets;
        __m512 scales;
        __m512 bias;
        __m512 inverse;
        __m512 zero;
        __m512 least;
        bool bare;
    };

    SIGHTLINE_STEP Sums none() { return _mm512_setzero_si512(); }
    SIGHTLINE_STEP Sums offsets(const Steps& steps) { return steps.offsets; }
    SIGHTLINE_STEP Sums sum(Sums a, Sums b) { return _mm512_add_epi32(a, b); }
    SIGHTLINE_STEP Weights load(const std::int8_t* w) { return _mm512_loadu_si512(w); }
    SIGHTLINE_STEP Sums products(Sums sums, __m512i x, Weights w) { return _mm512_dpbusd_epi32(sums, x, w); }

    SIGHTLINE_STEP Spread spread(const std::uint8_t* x) { return _mm512_set1_epi32(fourBytesAt(x)); }

    SIGHTLINE_STEP Spread spreadRow(const std::int8_t* x) { return _mm512_set1_epi32(fourBytesAt(x)); }

    // x: four columns of sixteen channels. Fours of channels first, then the bytes of each four.
    SIGHTLINE_STEP Columns columns(const std::uint8_t* x) {
        const __m512i fours = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        const __m512i bytes = _mm512_set4_epi32(0x0f0b0703, 0x0e0a0602, 0x0d090501, 0x0c080400);
        return _mm512_shuffle_epi8(_mm512_permutexvar_epi32(fours, _mm512_loadu_si512(x)), bytes);
    }

    SIGHTLINE_STEP Steps steps(const GroupRequantization& to) {
        return {_mm512_loadu_si512(to.offsets),
                _mm512_loadu_ps(to.scales),
                _mm512_loadu_ps(to.bias),
                _mm512_set1_ps(to.inverse),
                _mm512_set1_ps(to.zero),
                _mm512_set1_ps(to.least),
                to.bare};
    }

    // Requantized, the first `count`.
    SIGHTLINE_STEP void store(Sums sums, const Steps& steps, std::uint8_t* out, int count) {
        __m512 value = _mm512_add_ps(_mm512_mul_ps(_mm512_cvtepi32_ps(sums), steps.scales), steps.bias);
        value = _mm512_add_ps(_mm512_mul_ps(value, steps.inverse), steps.zero);
        // What is too big for 32 bits becomes 2^31, which the second conversion makes 255 of.
        const __m128i bytes = _mm512_cvtusepi32_epi8(_mm512_cvtps_epi32(_mm512_max_ps(value, steps.least)));
        if (count == kChannels) {
            _mm_storeu_si128(reinterpret_cast<__m128i*>(out), bytes);
        } else {
            std::uint8_t all[kChannels];
            _mm_storeu_si128(reinterpret_cast<__m128i*>(all), bytes);
            std::memcpy(out, all, static_cast<std::size_t>(count));
        }
    }

    SIGHTLINE_STEP __m512i bareNumbers(Sums sums, const Steps& steps) {
        const __m512 value = _mm512_add_ps(_mm512_mul_ps(_mm512_cvtepi32_ps(sums), steps.scales), steps.bias);
        return _mm512_cvtps_epi32(_mm512_mul_ps(value, steps.inverse));
    }

    // Requantized, where steps are bare: packing does what is left of them, for two to four pixels at once.
    SIGHTLINE_STEP void storeTogether(const Sums* sums, int pixels, const Steps& steps, std::uint8_t* out,
                                      std::ptrdiff_t stride) {
        const __m512i first = bareNumbers(sums[0], steps);
        const __m512i second = pixels > 1 ? bareNumbers(sums[1], steps) : first;
        const __m512i third = pixels > 2 ? bareNumbers(sums[2], steps) : first;
        const __m512i fourth = pixels > 3 ? bareNumbers(sums[3], steps) : first;
        const __m512i fours = _mm512_packus_epi16(_mm512_packs_epi32(first, second), _mm512_packs_epi32(third, fourth));
        const __m512i pixel = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        const __m512i bytes = _mm512_permutexvar_epi32(pixel, fours);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm512_castsi512_si128(bytes));
        if (pixels > 1) {
            _mm_storeu_si128(reinterpret_cast<__m128i*>(out + stride), _mm512_extracti32x4_epi32(bytes, 1));
        }
        if (pixels > 2) {
            _mm_storeu_si128(reinterpret_cast<__m128i*>(out + 2 * stride), _mm512_extracti32x4_epi32(bytes, 2));
        }
        if (pixels > 3) {
            _mm_storeu_si128(reinterpret_cast<__m128i*>(out + 3 * stride), _mm512_extracti32x4_epi32(bytes, 3));
        }
    }

    SIGHTLINE_STEP void store(Sums sums, std::int32_t* out) { _mm512_storeu_si512(out, sums); }
};

}  // namespace
}  // namespace sightline

#undef SIGHTLINE_STEP
