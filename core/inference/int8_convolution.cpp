#include "core/inference/int8_convolution.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <numeric>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// CMakeLists.txt compiles this file with -ffp-contract=off: each step is rounded on its own.

namespace sightline {
namespace {

using Size = std::size_t;

// Adding and taking off 1.5 * 2^23 rounds to nearest, ties to even, as the rounding mode is.
constexpr float kRounder = 12582912.0F;

std::int16_t requantized(std::int32_t sum, const Requantization& to, Size channel) {
    float value = static_cast<float>(sum + to.offsets[channel]) * to.scales[channel];
    value = std::max(value + to.bias[channel], to.least);
    value = value * to.inverse + to.zero;
    value = std::min(std::max(value, 0.0F), 255.0F);
    return static_cast<std::int16_t>((value + kRounder) - kRounder);
}

Requantization requantization(const Convolution& convolution, const Quantization& input, int groups) {
    Requantization to;
    const auto rows = static_cast<Size>(groups) * kChannels;
    to.offsets.assign(rows, 0);
    to.scales.assign(rows, 0.0F);
    to.bias.assign(rows, 0.0F);
    const auto inputs = convolution.weights.size() / static_cast<Size>(convolution.outputs);
    for (Size o = 0; o < static_cast<Size>(convolution.outputs); ++o) {
        const auto first = convolution.weights.begin() + static_cast<std::ptrdiff_t>(o * inputs);
        to.offsets[o] = -input.zero * std::accumulate(first, first + static_cast<std::ptrdiff_t>(inputs), 0);
        to.scales[o] = static_cast<float>(input.scale) * convolution.weightScales[o];
        to.bias[o] = convolution.bias[o];
    }
    to.least = convolution.relu ? 0.0F : std::numeric_limits<float>::lowest();
    to.inverse = static_cast<float>(1.0 / convolution.outputScale);
    to.zero = static_cast<float>(convolution.outputZero);
    return to;
}

// For the group of `w` and `to`, which begins at `channel`.
void pointwisePortable(const std::int16_t* x, int inputs, int pixels, const std::int16_t* w, const Requantization& to,
                       Size channel, int count, std::int16_t* out, std::ptrdiff_t outStride) {
    for (int p = 0; p < pixels; ++p) {
        std::array<std::int32_t, kChannels> sums{};
        for (int k = 0; k < inputs; k += 2) {
            const std::int32_t even = x[k];
            const std::int32_t odd = x[k + 1];
            for (int c = 0; c < kChannels; ++c) {
                const std::int16_t* pair = w + k * kChannels + 2 * c;
                sums[static_cast<Size>(c)] += even * pair[0] + odd * pair[1];
            }
        }
        for (int c = 0; c < count; ++c) {
            out[c] = requantized(sums[static_cast<Size>(c)], to, channel + static_cast<Size>(c));
        }
        x += inputs;
        out += outStride;
    }
}

#if defined(__x86_64__)

struct Steps {
    __m256 least;
    __m256 inverse;
    __m256 zero;
};

__attribute__((target("avx2"))) inline Steps steps(const Requantization& to) {
    return {_mm256_set1_ps(to.least), _mm256_set1_ps(to.inverse), _mm256_set1_ps(to.zero)};
}

// Eight channels from `channel` on.
__attribute__((target("avx2"))) inline __m256i requantized(__m256i sums, const Requantization& to, Size channel,
                                                           const Steps& steps) {
    const auto* offsets = reinterpret_cast<const __m256i*>(to.offsets.data() + channel);
    __m256 value = _mm256_cvtepi32_ps(_mm256_add_epi32(sums, _mm256_loadu_si256(offsets)));
    value = _mm256_mul_ps(value, _mm256_loadu_ps(to.scales.data() + channel));
    value = _mm256_max_ps(_mm256_add_ps(value, _mm256_loadu_ps(to.bias.data() + channel)), steps.least);
    value = _mm256_add_ps(_mm256_mul_ps(value, steps.inverse), steps.zero);
    value = _mm256_min_ps(_mm256_max_ps(value, _mm256_setzero_ps()), _mm256_set1_ps(255.0F));
    return _mm256_cvtps_epi32(value);
}

template <int pixels>
__attribute__((target("avx2"))) void pointwiseAvx2(const std::int16_t* x, int inputs, const std::int16_t* w,
                                                   const Requantization& to, Size channel, int count, std::int16_t* out,
                                                   std::ptrdiff_t outStride) {
    __m256i sums[pixels][2];
#pragma GCC unroll 6
    for (int p = 0; p < pixels; ++p) {
        sums[p][0] = sums[p][1] = _mm256_setzero_si256();
    }
    for (int k = 0; k < inputs; k += 2) {
        const auto* weights = reinterpret_cast<const __m256i*>(w + k * kChannels);
        const __m256i low = _mm256_loadu_si256(weights);
        const __m256i high = _mm256_loadu_si256(weights + 1);
#pragma GCC unroll 6
        for (int p = 0; p < pixels; ++p) {
            std::int32_t pair = 0;
            std::memcpy(&pair, x + p * inputs + k, sizeof pair);
            const __m256i both = _mm256_set1_epi32(pair);
            sums[p][0] = _mm256_add_epi32(sums[p][0], _mm256_madd_epi16(both, low));
            sums[p][1] = _mm256_add_epi32(sums[p][1], _mm256_madd_epi16(both, high));
        }
    }
    const Steps all = steps(to);
#pragma GCC unroll 6
    for (int p = 0; p < pixels; ++p) {
        const __m256i packed =
            _mm256_permute4x64_epi64(_mm256_packs_epi32(requantized(sums[p][0], to, channel, all),
                                                        requantized(sums[p][1], to, channel + 8, all)),
                                     0xd8);
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

void pointwiseAvx2(const std::int16_t* x, int inputs, int pixels, const std::int16_t* w, const Requantization& to,
                   Size channel, int count, std::int16_t* out, std::ptrdiff_t outStride) {
    while (pixels > 0) {
        // The sums of six pixels fill the registers; 7 and 8 divide better by four.
        const int now = pixels == 7 || pixels == 8 ? 4 : std::min(pixels, 6);
        switch (now) {
            case 1: pointwiseAvx2<1>(x, inputs, w, to, channel, count, out, outStride); break;
            case 2: pointwiseAvx2<2>(x, inputs, w, to, channel, count, out, outStride); break;
            case 3: pointwiseAvx2<3>(x, inputs, w, to, channel, count, out, outStride); break;
            case 4: pointwiseAvx2<4>(x, inputs, w, to, channel, count, out, outStride); break;
            case 5: pointwiseAvx2<5>(x, inputs, w, to, channel, count, out, outStride); break;
            default: pointwiseAvx2<6>(x, inputs, w, to, channel, count, out, outStride);
        }
        x += static_cast<std::ptrdiff_t>(now) * inputs;
        out += now * outStride;
        pixels -= now;
    }
}

template <int pixels>
__attribute__((target("avx2"))) void depthwiseAvx2(const std::int16_t* x, const std::ptrdiff_t* taps, int pairs,
                                                   std::ptrdiff_t step, const std::int16_t* w, const Requantization& to,
                                                   Size channel, std::int16_t* out, std::ptrdiff_t outStride) {
    __m256i sums[pixels][2];
#pragma GCC unroll 4
    for (int p = 0; p < pixels; ++p) {
        sums[p][0] = sums[p][1] = _mm256_setzero_si256();
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
    const Steps all = steps(to);
#pragma GCC unroll 4
    for (int p = 0; p < pixels; ++p) {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + p * outStride),
                            _mm256_packs_epi32(requantized(sums[p][0], to, channel, all),
                                               requantized(sums[p][1], to, channel + 8, all)));
    }
}

__attribute__((target("avx2"))) inline __m256 loadEight(const std::int16_t* from) {
    return _mm256_cvtepi32_ps(_mm256_cvtepi16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))));
}

__attribute__((target("avx2,fma"))) void residualAvx2(const std::int16_t* first, std::int16_t* sum, int channels,
                                                      float firstScale, float firstShift, float secondScale,
                                                      float secondShift, float inverse, std::int32_t zero) {
    for (int c = 0; c < channels; c += 8) {
        const __m256 a = _mm256_fmadd_ps(_mm256_set1_ps(firstScale), loadEight(first + c), _mm256_set1_ps(firstShift));
        const __m256 b = _mm256_fmadd_ps(_mm256_set1_ps(secondScale), loadEight(sum + c), _mm256_set1_ps(secondShift));
        const __m256i rounded = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_add_ps(a, b), _mm256_set1_ps(inverse)));
        __m256i value = _mm256_add_epi32(rounded, _mm256_set1_epi32(zero));
        value = _mm256_min_epi32(_mm256_max_epi32(value, _mm256_setzero_si256()), _mm256_set1_epi32(255));
        const __m256i packed = _mm256_permute4x64_epi64(_mm256_packs_epi32(value, value), 0xd8);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(sum + c), _mm256_castsi256_si128(packed));
    }
}

#endif

// The order in which unpacking and packing leaves sixteen channels.
constexpr std::array<int, kChannels> kUnpacked = {0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 12, 13, 14, 15};

template <typename T>
void unpack(std::vector<T>& values) {
    for (Size first = 0; first < values.size(); first += kChannels) {
        std::array<T, kChannels> group;
        std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(first), kChannels, group.begin());
        for (Size c = 0; c < kChannels; ++c) {
            values[first + c] = group[static_cast<Size>(kUnpacked[c])];
        }
    }
}

}  // namespace

bool ledByZeros(const Convolution& convolution) {
    const auto size = static_cast<Size>(convolution.kernel);
    for (Size i = 0; i < convolution.weights.size(); ++i) {
        const Size at = i % (size * size);
        if ((at < size || at % size == 0) && convolution.weights[i] != 0) {
            return false;
        }
    }
    return size > 1;
}

Int8Pointwise::Int8Pointwise(const Convolution& convolution, const Quantization& input, SimdPath path)
    : path_(path), outputs_(convolution.outputs),
      inputs_((static_cast<int>(convolution.weights.size()) / convolution.outputs + 1) / 2 * 2) {
    const auto inputs = static_cast<int>(convolution.weights.size()) / outputs_;
    weights_.assign(static_cast<Size>(groups()) * kChannels * static_cast<Size>(inputs_), 0);
    for (int o = 0; o < outputs_; ++o) {
        for (int i = 0; i < inputs; ++i) {
            const int at = (o / kChannels * inputs_ + i / 2 * 2) * kChannels + o % kChannels * 2 + i % 2;
            weights_[static_cast<Size>(at)] = convolution.weights[static_cast<Size>(o * inputs + i)];
        }
    }
    to_ = requantization(convolution, input, groups());
}

void Int8Pointwise::apply(int group, const std::int16_t* x, int pixels, std::int16_t* out,
                          std::ptrdiff_t outStride) const {
    const std::int16_t* w = weights_.data() + static_cast<std::ptrdiff_t>(group) * kChannels * inputs_;
    const auto channel = static_cast<Size>(group) * kChannels;
    const int count = std::min(kChannels, outputs_ - group * kChannels);
#if defined(__x86_64__)
    if (path_ != SimdPath::Portable) {
        pointwiseAvx2(x, inputs_, pixels, w, to_, channel, count, out, outStride);
        return;
    }
#endif
    pointwisePortable(x, inputs_, pixels, w, to_, channel, count, out, outStride);
}

Int8Depthwise::Int8Depthwise(const Convolution& convolution, const Quantization& input, SimdPath path)
    : path_(path), channels_(convolution.outputs), kernel_(convolution.kernel), stride_(convolution.stride),
      before_(convolution.padding), total_(2 * convolution.padding) {
    const int skipped = ledByZeros(convolution) ? 1 : 0;
    kernel_ -= skipped;
    before_ -= skipped;
    total_ -= skipped;
    const int taps = kernel_ * kernel_;
    const int pairs = (taps + 1) / 2;
    const int groups = (channels_ + kChannels - 1) / kChannels;
    weights_.assign(static_cast<Size>(groups * pairs * 2 * kChannels), 0);
    for (int c = 0; c < channels_; ++c) {
        const auto lane = c % kChannels;
        const auto place = path_ == SimdPath::Portable
                               ? lane
                               : static_cast<int>(std::ranges::find(kUnpacked, lane) - kUnpacked.begin());
        for (int t = 0; t < taps; ++t) {
            const int row = t / kernel_ + skipped;
            const int column = t % kernel_ + skipped;
            const int from = (c * convolution.kernel + row) * convolution.kernel + column;
            const int at = ((c / kChannels * pairs + t / 2) * kChannels + place) * 2 + t % 2;
            weights_[static_cast<Size>(at)] = convolution.weights[static_cast<Size>(from)];
        }
    }
    to_ = requantization(convolution, input, groups);
    if (path_ != SimdPath::Portable) {
        unpack(to_.offsets);
        unpack(to_.scales);
        unpack(to_.bias);
    }
}

void Int8Depthwise::apply(int group, const std::int16_t* x, std::ptrdiff_t rowStride, int pixels, std::int16_t* out,
                          std::ptrdiff_t outStride) const {
    constexpr int kMostTaps = 64;
    const int count = kernel_ * kernel_;
    const int pairs = (count + 1) / 2;
    std::array<std::ptrdiff_t, kMostTaps>
        taps;  // what each adds to x; an odd last one twice, its partner weighs nothing
    for (int t = 0; t < 2 * pairs; ++t) {
        const int tap = std::min(t, count - 1);
        taps[static_cast<Size>(t)] = tap / kernel_ * rowStride + static_cast<std::ptrdiff_t>(tap % kernel_) * kChannels;
    }
    const std::int16_t* w = weights_.data() + static_cast<std::ptrdiff_t>(group) * pairs * 2 * kChannels;
    const auto channel = static_cast<Size>(group) * kChannels;
    const std::ptrdiff_t step = static_cast<std::ptrdiff_t>(stride_) * kChannels;
#if defined(__x86_64__)
    if (path_ != SimdPath::Portable) {
        int p = 0;
        for (; p + 4 <= pixels; p += 4) {
            depthwiseAvx2<4>(x + p * step, taps.data(), pairs, step, w, to_, channel, out + p * outStride, outStride);
        }
        switch (pixels - p) {
            case 3:
                depthwiseAvx2<3>(x + p * step, taps.data(), pairs, step, w, to_, channel, out + p * outStride,
                                 outStride);
                break;
            case 2:
                depthwiseAvx2<2>(x + p * step, taps.data(), pairs, step, w, to_, channel, out + p * outStride,
                                 outStride);
                break;
            case 1:
                depthwiseAvx2<1>(x + p * step, taps.data(), pairs, step, w, to_, channel, out + p * outStride,
                                 outStride);
                break;
            default: break;
        }
        return;
    }
#endif
    for (int p = 0; p < pixels; ++p) {
        std::array<std::int32_t, kChannels> sums{};
        for (int t = 0; t < 2 * pairs; ++t) {
            const std::int16_t* at = x + p * step + taps[static_cast<Size>(t)];
            const std::int16_t* weights = w + t / 2 * 2 * kChannels + t % 2;
            for (int c = 0; c < kChannels; ++c) {
                sums[static_cast<Size>(c)] += static_cast<std::int32_t>(at[c]) * weights[2 * c];
            }
        }
        for (int c = 0; c < kChannels; ++c) {
            out[p * outStride + c] = requantized(sums[static_cast<Size>(c)], to_, channel + static_cast<Size>(c));
        }
    }
}

Int8Residual::Int8Residual(const Quantization& first, const Quantization& second, const Quantization& sum,
                           SimdPath path)
    : path_(path), firstScale_(static_cast<float>(first.scale)),
      firstShift_(static_cast<float>(-first.zero) * firstScale_), secondScale_(static_cast<float>(second.scale)),
      secondShift_(static_cast<float>(-second.zero) * secondScale_), inverse_(1.0F / static_cast<float>(sum.scale)),
      zero_(sum.zero) {}

void Int8Residual::apply(const std::int16_t* first, std::int16_t* sum, int channels, int pixels,
                         std::ptrdiff_t stride) const {
    for (int p = 0; p < pixels; ++p) {
#if defined(__x86_64__)
        if (path_ != SimdPath::Portable) {
            residualAvx2(first + p * stride, sum + p * stride, channels, firstScale_, firstShift_, secondScale_,
                         secondShift_, inverse_, zero_);
            continue;
        }
#endif
        for (int c = 0; c < channels; ++c) {
            // In double the product and the sum are exact, so that only the conversion rounds, as a fused one does.
            const auto a = static_cast<float>(static_cast<double>(firstScale_) * first[p * stride + c] +
                                              static_cast<double>(firstShift_));
            const auto b = static_cast<float>(static_cast<double>(secondScale_) * sum[p * stride + c] +
                                              static_cast<double>(secondShift_));
            const float scaled = (a + b) * inverse_;
            const auto rounded = static_cast<std::int32_t>((scaled + kRounder) - kRounder);
            sum[p * stride + c] = static_cast<std::int16_t>(std::clamp(rounded + zero_, 0, 255));
        }
    }
}

}  // namespace sightline
