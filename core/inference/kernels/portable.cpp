// Plain C++.
#include <algorithm>
#include <array>

#include "core/inference/kernels/kernels.h"
#include "core/inference/kernels/taps.h"

namespace sightline {
namespace {

using Size = std::size_t;

// Adding and taking off 1.5 * 2^23 rounds to nearest, ties to even, as the rounding mode is.
constexpr float kRounder = 12582912.0F;

std::int16_t requantized(std::int32_t sum, const GroupRequantization& to, int channel) {
    float value = static_cast<float>(sum) * to.scales[channel] + to.bias[channel];
    value = value * to.inverse + to.zero;
    value = std::min(std::max(value, to.least), 255.0F);
    return static_cast<std::int16_t>((value + kRounder) - kRounder);
}

void pointwise(const std::int16_t* x, int inputs, int pixels, const std::int16_t* w, const GroupRequantization& to,
               int count, std::int16_t* out, std::ptrdiff_t outStride) {
    for (int p = 0; p < pixels; ++p) {
        std::array<std::int32_t, kChannels> sums;
        std::copy_n(to.offsets, kChannels, sums.begin());
        for (int k = 0; k < inputs; k += 2) {
            const std::int32_t even = x[k];
            const std::int32_t odd = x[k + 1];
            for (int c = 0; c < kChannels; ++c) {
                const std::int16_t* pair = w + k * kChannels + 2 * c;
                sums[static_cast<Size>(c)] += even * pair[0] + odd * pair[1];
            }
        }
        for (int c = 0; c < count; ++c) {
            out[c] = requantized(sums[static_cast<Size>(c)], to, c);
        }
        x += inputs;
        out += outStride;
    }
}

void depthwise(const std::int16_t* x, std::ptrdiff_t rowStride, int kernel, int stride, int pixels,
               const std::int16_t* w, const GroupRequantization& to, std::int16_t* out, std::ptrdiff_t outStride) {
    const auto taps = pairedTaps(kernel, rowStride);
    const int count = (kernel * kernel + 1) / 2 * 2;
    for (int p = 0; p < pixels; ++p) {
        std::array<std::int32_t, kChannels> sums;
        std::copy_n(to.offsets, kChannels, sums.begin());
        for (int t = 0; t < count; ++t) {
            const std::int16_t* at = x + taps[static_cast<Size>(t)];
            const std::int16_t* weights = w + t / 2 * 2 * kChannels + t % 2;
            for (int c = 0; c < kChannels; ++c) {
                sums[static_cast<Size>(c)] += static_cast<std::int32_t>(at[c]) * weights[2 * c];
            }
        }
        for (int c = 0; c < kChannels; ++c) {
            out[c] = requantized(sums[static_cast<Size>(c)], to, c);
        }
        x += static_cast<std::ptrdiff_t>(stride) * kChannels;
        out += outStride;
    }
}

// scale * number + shift, rounded once.
inline float scaled(float scale, int number, float shift) {
#if defined(__FP_FAST_FMAF)
    return __builtin_fmaf(scale, static_cast<float>(number), shift);
#else
    // In double the product and the sum are exact, so that only the conversion rounds.
    return static_cast<float>(static_cast<double>(scale) * number + static_cast<double>(shift));
#endif
}

template <typename Activation>
void residual(const Activation* first, Activation* sum, int channels, int pixels, std::ptrdiff_t stride,
              const ResidualSteps& s) {
    for (int p = 0; p < pixels; ++p) {
        for (int c = 0; c < channels; ++c) {
            const float a = scaled(s.firstScale, first[c], s.firstShift);
            const float b = scaled(s.secondScale, sum[c], s.secondShift);
            const float total = (a + b) * s.inverse;
            const auto rounded = static_cast<std::int32_t>((total + kRounder) - kRounder);
            sum[c] = static_cast<Activation>(std::clamp(rounded + s.zero, 0, 255));
        }
        first += stride;
        sum += stride;
    }
}

void dot(const std::int8_t* x, int rows, int width, const std::int8_t* w, LinearSums& sums) {
    for (int r = 0; r < rows; ++r) {
        const std::int8_t* row = x + static_cast<std::ptrdiff_t>(r) * width;
        for (int o = 0; o < kChannels; ++o) {
            std::int32_t sum = 0;
            for (int i = 0; i < width; ++i) {
                sum += static_cast<std::int32_t>(row[i]) * w[o * width + i];
            }
            sums[r][o] = sum;
        }
    }
}

}  // namespace

constinit const ConvolutionKernels<std::int16_t> kPortableConvolutions{kNaturalOrder, 0, pointwise, depthwise,
                                                                       residual<std::int16_t>};
constinit const LinearKernels kPortableLinear{false, RowNumbers::Signed, kMostRowsAtOnce, 1, dot};

void residualOfBytesPortable(const std::uint8_t* first, std::uint8_t* sum, int channels, int pixels,
                             std::ptrdiff_t stride, const ResidualSteps& steps) {
    residual(first, sum, channels, pixels, stride, steps);
}

}  // namespace sightline
