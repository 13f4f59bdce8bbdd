// What AVX-VNNI, VNNI's products in 256 bits, does for byte_loops.h. Included as that is, after the intrinsics
// themselves.
#include <cstring>

#include "core/inference/kernels/kernels.h"

#define SIGHTLINE_STEP SIGHTLINE_SET static inline __attribute__((always_inline))

namespace sightline {
namespace {

struct AvxVnniVectors {
    static constexpr auto kOrder = kUnpackedOrder;
    static constexpr int kMostPixels = 6;
    static constexpr int kAddedToUnsigned = 0;
    static constexpr auto kRowNumbers = RowNumbers::Unsigned;
    static constexpr int kMostRows = 3;
    static constexpr int kLinearGroups = 2;
    static constexpr int kSumsInFlight = 4;  // of two registers
    static constexpr int kStoredTogether = 1;

    struct Halves {
        __m256i low;
        __m256i high;
    };
    using Sums = Halves;
    using Weights = Halves;
    using Spread = __m256i;
    struct Columns {
        Halves halves;
    };

    struct Eight {
        __m256i offsets;
        __m256 scales;
        __m256 bias;
    };
    struct Steps {
        Eight low;
        Eight high;
        __m256 inverse;
        __m256 zero;
        __m256 least;
    };

    SIGHTLINE_STEP Sums offsets(const Steps& steps) { return {steps.low.offsets, steps.high.offsets}; }

    SIGHTLINE_STEP Sums none() { return {_mm256_setzero_si256(), _mm256_setzero_si256()}; }

    SIGHTLINE_STEP Sums sum(const Sums& a, const Sums& b) {
        return {_mm256_add_epi32(a.low, b.low), _mm256_add_epi32(a.high, b.high)};
    }

    SIGHTLINE_STEP Weights load(const std::int8_t* w) {
        const auto* halves = reinterpret_cast<const __m256i*>(w);
        return {_mm256_loadu_si256(halves), _mm256_loadu_si256(halves + 1)};
    }

    SIGHTLINE_STEP Sums products(const Sums& sums, __m256i x, const Weights& w) {
        return {_mm256_dpbusd_avx_epi32(sums.low, x, w.low), _mm256_dpbusd_avx_epi32(sums.high, x, w.high)};
    }

    SIGHTLINE_STEP Sums products(const Sums& sums, const Columns& x, const Weights& w) {
        return {_mm256_dpbusd_avx_epi32(sums.low, x.halves.low, w.low),
                _mm256_dpbusd_avx_epi32(sums.high, x.halves.high, w.high)};
    }

    SIGHTLINE_STEP Spread spread(const std::uint8_t* x) { return _mm256_set1_epi32(fourBytesAt(x)); }

    SIGHTLINE_STEP Spread spreadRow(const std::int8_t* x) { return _mm256_set1_epi32(fourBytesAt(x)); }

    SIGHTLINE_STEP Columns columns(const std::uint8_t* x) {
        const auto* from = reinterpret_cast<const __m256i*>(x);
        // Eight channels of both columns side by side, then their bytes by turns.
        const __m256i byTurns = _mm256_setr_epi8(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15, 0, 8, 1, 9, 2,
                                                 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
        const __m256i first = _mm256_shuffle_epi8(_mm256_permute4x64_epi64(_mm256_loadu_si256(from), 0xd8), byTurns);
        const __m256i second =
            _mm256_shuffle_epi8(_mm256_permute4x64_epi64(_mm256_loadu_si256(from + 1), 0xd8), byTurns);
        return {{_mm256_unpacklo_epi16(first, second), _mm256_unpackhi_epi16(first, second)}};
    }

    SIGHTLINE_STEP Eight eight(const GroupRequantization& to, int place) {
        return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(to.offsets + place)),
                _mm256_loadu_ps(to.scales + place), _mm256_loadu_ps(to.bias + place)};
    }

    SIGHTLINE_STEP Steps steps(const GroupRequantization& to) {
        return {eight(to, 0), eight(to, 8), _mm256_set1_ps(to.inverse), _mm256_set1_ps(to.zero),
                _mm256_set1_ps(to.least)};
    }

    SIGHTLINE_STEP __m256i requantized(__m256i sums, const Eight& eight, const Steps& steps) {
        __m256 value = _mm256_add_ps(_mm256_mul_ps(_mm256_cvtepi32_ps(sums), eight.scales), eight.bias);
        value = _mm256_add_ps(_mm256_mul_ps(value, steps.inverse), steps.zero);
        return _mm256_cvtps_epi32(_mm256_min_ps(_mm256_max_ps(value, steps.least), _mm256_set1_ps(255.0F)));
    }

    SIGHTLINE_STEP void store(const Sums& sums, const Steps& steps, std::uint8_t* out, int count) {
        const __m256i words = _mm256_packs_epi32(requantized(sums.low, steps.low, steps),
                                                 requantized(sums.high, steps.high, steps));  // in natural order
        const __m128i bytes = _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
        if (count == kChannels) {
            _mm_storeu_si128(reinterpret_cast<__m128i*>(out), bytes);
        } else {
            std::uint8_t all[kChannels];
            _mm_storeu_si128(reinterpret_cast<__m128i*>(all), bytes);
            std::memcpy(out, all, static_cast<std::size_t>(count));
        }
    }

    SIGHTLINE_STEP void store(const Sums& sums, std::int32_t* out) {
        auto* halves = reinterpret_cast<__m256i*>(out);
        _mm256_storeu_si256(halves, sums.low);
        _mm256_storeu_si256(halves + 1, sums.high);
    }
};

}  // namespace
}  // namespace sightline

#undef SIGHTLINE_STEP
