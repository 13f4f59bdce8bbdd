// AVX2. Its products of bytes add two of them in 16 bits and saturate, so convolutions widen numbers to 16 bits first.
#include "core/inference/kernels/kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include <algorithm>
#include <array>

#include "core/inference/kernels/taps.h"

#define SIGHTLINE_AVX2 __attribute__((target("avx2,fma")))

namespace sightline {
namespace {

struct Steps {
    __m256 inverse;
    __m256 zero;
    __m256 least;
};

SIGHTLINE_AVX2 inline Steps stepsOf(const GroupRequantization& to) {
    return {_mm256_set1_ps(to.inverse), _mm256_set1_ps(to.zero), _mm256_set1_ps(to.least)};
}

// Eight channels from `place` on.
SIGHTLINE_AVX2 inline __m256i requantized(__m256i sums, const GroupRequantization& to, int place, const Steps& steps) {
    __m256 value = _mm256_mul_ps(_mm256_cvtepi32_ps(sums), _mm256_loadu_ps(to.scales + place));
    value = _mm256_add_ps(value, _mm256_loadu_ps(to.bias + place));
    value = _mm256_add_ps(_mm256_mul_ps(value, steps.inverse), steps.zero);
    return _mm256_cvtps_epi32(_mm256_min_ps(_mm256_max_ps(value, steps.least), _mm256_set1_ps(255.0F)));
}

template <int pixels>
SIGHTLINE_AVX2 void pointwiseTile(const std::int16_t* x, int inputs, const std::int16_t* w,
                                  const GroupRequantization& to, int count, std::int16_t* out,
                                  std::ptrdiff_t outStride) {
    const __m256i offsets[] = {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(to.offsets)),
                               _mm256_loadu_si256(reinterpret_cast<const __m256i*>(to.offsets) + 1)};
    __m256i sums[pixels][2];
#pragma GCC unroll 6
    for (int p = 0; p < pixels; ++p) {
        sums[p][0] = offsets[0];
        sums[p][1] = offsets[1];
    }
    for (int k = 0; k < inputs; k += 2) {
        const auto* weights = reinterpret_cast<const __m256i*>(w + k * kChannels);
        const __m256i low = _mm256_loadu_si256(weights);
        const __m256i high = _mm256_loadu_si256(weights + 1);
#pragma GCC unroll 6
        for (int p = 0; p < pixels; ++p) {
            const __m256i both = _mm256_set1_epi32(fourBytesAt(x + p * inputs + k));
            sums[p][0] = _mm256_add_epi32(sums[p][0], _mm256_madd_epi16(both, low));
            sums[p][1] = _mm256_add_epi32(sums[p][1], _mm256_madd_epi16(both, high));
        }
    }
    const Steps steps = stepsOf(to);
#pragma GCC unroll 6
    for (int p = 0; p < pixels; ++p) {
        const __m256i packed =
            _mm256_packs_epi32(requantized(sums[p][0], to, 0, steps), requantized(sums[p][1], to, 8, steps));
        std::int16_t* row = out + p * outStride;
        if (count == kChannels) {
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(row), packed);
        } else {
            alignas(32) std::array<std::int16_t, kChannels> values;
            _mm256_store_si256(reinterpret_cast<__m256i*>(values.data()), packed);
            std::copy_n(values.data(), count, row);
        }
    }
}

void pointwise(const std::int16_t* x, int inputs, int pixels, const std::int16_t* w, const GroupRequantization& to,
               int count, std::int16_t* out, std::ptrdiff_t outStride) {
    while (pixels > 0) {
        // The sums of six pixels fill the registers; 7 and 8 divide better by four.
        const int now = pixels == 7 || pixels == 8 ? 4 : std::min(pixels, 6);
        switch (now) {
            case 1: pointwiseTile<1>(x, inputs, w, to, count, out, outStride); break;
            case 2: pointwiseTile<2>(x, inputs, w, to, count, out, outStride); break;
            case 3: pointwiseTile<3>(x, inputs, w, to, count, out, outStride); break;
            case 4: pointwiseTile<4>(x, inputs, w, to, count, out, outStride); break;
            case 5: pointwiseTile<5>(x, inputs, w, to, count, out, outStride); break;
            default: pointwiseTile<6>(x, inputs, w, to, count, out, outStride);
        }
        x += static_cast<std::ptrdiff_t>(now) * inputs;
        out += now * outStride;
        pixels -= now;
    }
}

template <int pixels>
SIGHTLINE_AVX2 void depthwiseTile(const std::int16_t* x, const std::ptrdiff_t* taps, int pairs, std::ptrdiff_t step,
                                  const std::int16_t* w, const GroupRequantization& to, std::int16_t* out,
                                  std::ptrdiff_t outStride) {
    const __m256i offsets[] = {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(to.offsets)),
                               _mm256_loadu_si256(reinterpret_cast<const __m256i*>(to.offsets) + 1)};
    __m256i sums[pixels][2];
#pragma GCC unroll 4
    for (int p = 0; p < pixels; ++p) {
        sums[p][0] = offsets[0];
        sums[p][1] = offsets[1];
    }
    for (int t = 0; t < pairs; ++t) {
        const auto* weights = reinterpret_cast<const __m256i*>(w) + 2 * t;
        const __m256i low = _mm256_loadu_si256(weights);
        const __m256i high = _mm256_loadu_si256(weights + 1);
        const std::int16_t* first = x + taps[2 * t];
        const std::int16_t* second = x + taps[2 * t + 1];
#pragma GCC unroll 4
        for (int p = 0; p < pixels; ++p) {
            const __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(first + p * step));
            const __m256i b = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(second + p * step));
            sums[p][0] = _mm256_add_epi32(sums[p][0], _mm256_madd_epi16(_mm256_unpacklo_epi16(a, b), low));
            sums[p][1] = _mm256_add_epi32(sums[p][1], _mm256_madd_epi16(_mm256_unpackhi_epi16(a, b), high));
        }
    }
    const Steps steps = stepsOf(to);
#pragma GCC unroll 4
    for (int p = 0; p < pixels; ++p) {
        _mm256_storeu_si256(
            reinterpret_cast<__m256i*>(out + p * outStride),
            _mm256_packs_epi32(requantized(sums[p][0], to, 0, steps), requantized(sums[p][1], to, 8, steps)));
    }
}

void depthwise(const std::int16_t* x, std::ptrdiff_t rowStride, int kernel, int stride, int pixels,
               const std::int16_t* w, const GroupRequantization& to, std::int16_t* out, std::ptrdiff_t outStride) {
    const auto taps = pairedTaps(kernel, rowStride);
    const int pairs = (kernel * kernel + 1) / 2;
    const std::ptrdiff_t step = static_cast<std::ptrdiff_t>(stride) * kChannels;
    for (; pixels >= 4; pixels -= 4) {
        depthwiseTile<4>(x, taps.data(), pairs, step, w, to, out, outStride);
        x += 4 * step;
        out += 4 * outStride;
    }
    switch (pixels) {
        case 3: depthwiseTile<3>(x, taps.data(), pairs, step, w, to, out, outStride); break;
        case 2: depthwiseTile<2>(x, taps.data(), pairs, step, w, to, out, outStride); break;
        case 1: depthwiseTile<1>(x, taps.data(), pairs, step, w, to, out, outStride); break;
        default: break;
    }
}

SIGHTLINE_AVX2 inline __m256 loadEight(const std::int16_t* from) {
    return _mm256_cvtepi32_ps(_mm256_cvtepi16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))));
}

SIGHTLINE_AVX2 inline __m256 loadEight(const std::uint8_t* from) {
    return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from))));
}

SIGHTLINE_AVX2 inline void storeEight(__m128i words, std::int16_t* to) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), words);
}

SIGHTLINE_AVX2 inline void storeEight(__m128i words, std::uint8_t* to) {
    _mm_storel_epi64(reinterpret_cast<__m128i*>(to), _mm_packus_epi16(words, words));
}

template <typename Activation>
SIGHTLINE_AVX2 void residual(const Activation* first, Activation* sum, int channels, int pixels, std::ptrdiff_t stride,
                             const ResidualSteps& s) {
    const __m256 firstScale = _mm256_set1_ps(s.firstScale);
    const __m256 firstShift = _mm256_set1_ps(s.firstShift);
    const __m256 secondScale = _mm256_set1_ps(s.secondScale);
    const __m256 secondShift = _mm256_set1_ps(s.secondShift);
    const __m256 inverse = _mm256_set1_ps(s.inverse);
    const __m256i zero = _mm256_set1_epi32(s.zero);
    for (int p = 0; p < pixels; ++p) {
        for (int c = 0; c < channels; c += 8) {
            const __m256 a = _mm256_fmadd_ps(firstScale, loadEight(first + c), firstShift);
            const __m256 b = _mm256_fmadd_ps(secondScale, loadEight(sum + c), secondShift);
            const __m256i rounded = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_add_ps(a, b), inverse));
            __m256i value = _mm256_add_epi32(rounded, zero);
            value = _mm256_min_epi32(_mm256_max_epi32(value, _mm256_setzero_si256()), _mm256_set1_epi32(255));
            const __m256i packed = _mm256_permute4x64_epi64(_mm256_packs_epi32(value, value), 0xd8);
            storeEight(_mm256_castsi256_si128(packed), sum + c);
        }
        first += stride;
        sum += stride;
    }
}

// w: [width / 4, 16, 4]. The instruction that multiplies bytes takes unsigned and signed ones, and adds two products in
// 16 bits: the magnitude of w times x with w's sign. x is at most 127 and w at most 128 large, so nothing saturates.
template <int rows>
SIGHTLINE_AVX2 void dotRows(const std::int8_t* x, int width, const std::int8_t* w, LinearSums& sums) {
    constexpr int kHalves = 2;
    const __m256i ones = _mm256_set1_epi16(1);
    __m256i total[rows][kHalves] = {};  // at four rows all of it stays in registers
    for (int i = 0; i < width; i += 4) {
        __m256i value[rows];
#pragma GCC unroll 4
        for (int r = 0; r < rows; ++r) {
            value[r] = _mm256_set1_epi32(fourBytesAt(x + r * width + i));
        }
#pragma GCC unroll 2
        for (int h = 0; h < kHalves; ++h) {
            const __m256i weight = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(w + i * kChannels) + h);
            const __m256i magnitude = _mm256_abs_epi8(weight);
#pragma GCC unroll 4
            for (int r = 0; r < rows; ++r) {
                const __m256i pairs = _mm256_maddubs_epi16(magnitude, _mm256_sign_epi8(value[r], weight));
                total[r][h] = _mm256_add_epi32(total[r][h], _mm256_madd_epi16(pairs, ones));
            }
        }
    }
    for (int r = 0; r < rows; ++r) {
        for (int h = 0; h < kHalves; ++h) {
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(sums[r]) + h, total[r][h]);
        }
    }
}

constexpr int kMostRows = 4;  // whose sums stay in registers

void dot(const std::int8_t* x, int rows, int width, const std::int8_t* w, LinearSums& sums) {
    switch (rows) {
        case 1: return dotRows<1>(x, width, w, sums);
        case 2: return dotRows<2>(x, width, w, sums);
        case 3: return dotRows<3>(x, width, w, sums);
        default: return dotRows<kMostRows>(x, width, w, sums);
    }
}

}  // namespace

constinit const ConvolutionKernels<std::int16_t> kAvx2Convolutions{kUnpackedOrder, 0, pointwise, depthwise,
                                                                   residual<std::int16_t>};
constinit const LinearKernels kAvx2Linear{true, RowNumbers::Signed, kMostRows, 1, dot};

void residualOfBytesAvx2(const std::uint8_t* first, std::uint8_t* sum, int channels, int pixels, std::ptrdiff_t stride,
                         const ResidualSteps& steps) {
    residual(first, sum, channels, pixels, stride, steps);
}

}  // namespace sightline

#endif
