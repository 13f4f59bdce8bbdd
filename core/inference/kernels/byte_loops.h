// The loops over bytes, written once for all instruction sets that add up four products of bytes exactly. V is what
// such a set does with sixteen channels; avx512_vnni_vectors.h is the simplest and tells what each step is.
//
// Not a header of its own: a set's file defines SIGHTLINE_SET, which marks functions that may use the set (nothing
// where tests emulate it), perhaps SIGHTLINE_HOLD(vector), which keeps the compiler from reading a vector from memory
// for each product anew, and includes this. Unnamed namespaces, so that a program may hold a set and its emulation.
#include <algorithm>

#include "core/inference/kernels/kernels.h"

#ifndef SIGHTLINE_HOLD
#define SIGHTLINE_HOLD(vector)
#endif

namespace sightline {
namespace {

// Sums of `pixels` pixels, requantized: as many together as the set stores, where nothing keeps them apart.
template <typename V, int pixels>
SIGHTLINE_SET inline __attribute__((always_inline)) void storeAll(const typename V::Sums (&sums)[pixels],
                                                                  const typename V::Steps& steps, int count,
                                                                  std::uint8_t* out, std::ptrdiff_t outStride) {
    if constexpr (pixels > 1 && V::kStoredTogether > 1) {
        if (steps.bare && count == kChannels) {
#pragma GCC unroll 14
            for (int p = 0; p < pixels; p += V::kStoredTogether) {
                V::storeTogether(sums + p, std::min(pixels - p, V::kStoredTogether), steps, out + p * outStride,
                                 outStride);
            }
            return;
        }
    }
#pragma GCC unroll 14
    for (int p = 0; p < pixels; ++p) {
        V::store(sums[p], steps, out + p * outStride, count);
    }
}

template <typename V, int pixels>
SIGHTLINE_SET void pointwiseTile(const std::uint8_t* x, int inputs, const std::int8_t* w,
                                 const typename V::Steps& steps, int count, std::uint8_t* out,
                                 std::ptrdiff_t outStride) {
    typename V::Sums sums[pixels];
#pragma GCC unroll 14
    for (int p = 0; p < pixels; ++p) {
        sums[p] = V::offsets(steps);
    }
    for (int k = 0; k < inputs; k += 4) {
        typename V::Weights weights = V::load(w + k * kChannels);
        SIGHTLINE_HOLD(weights);
#pragma GCC unroll 14
        for (int p = 0; p < pixels; ++p) {
            sums[p] = V::products(sums[p], V::spread(x + p * inputs + k), weights);
        }
    }
    storeAll<V>(sums, steps, count, out, outStride);
}

template <typename V, int most = V::kMostPixels>
SIGHTLINE_SET void pointwiseTileOf(int pixels, const std::uint8_t* x, int inputs, const std::int8_t* w,
                                   const typename V::Steps& steps, int count, std::uint8_t* out,
                                   std::ptrdiff_t outStride) {
    if constexpr (most > 1) {
        if (pixels != most) {
            return pointwiseTileOf<V, most - 1>(pixels, x, inputs, w, steps, count, out, outStride);
        }
    }
    pointwiseTile<V, most>(x, inputs, w, steps, count, out, outStride);
}

template <typename V>
SIGHTLINE_SET void pointwise(const std::uint8_t* x, int inputs, int pixels, const std::int8_t* w,
                             const GroupRequantization& to, int count, std::uint8_t* out, std::ptrdiff_t outStride) {
    const typename V::Steps steps = V::steps(to);
    while (pixels > 0) {
        const int tiles = (pixels + V::kMostPixels - 1) / V::kMostPixels;
        const int now = (pixels + tiles - 1) / tiles;  // no tile much smaller than the others
        pointwiseTileOf<V>(now, x, inputs, w, steps, count, out, outStride);
        x += static_cast<std::ptrdiff_t>(now) * inputs;
        out += now * outStride;
        pixels -= now;
    }
}

constexpr int kColumns = 4;                  // whose products one instruction adds up
constexpr int kQuad = kColumns * kChannels;  // bytes of four columns, and of their weights
constexpr int kOutputsAtOnce = 4;            // which share the columns that they see

// Outputs side by side. Turning four columns into four numbers for each channel costs more than their products, so
// they are turned once for all outputs that see them; weights are there for each place an output can begin at.
template <typename V, int kernel, int stride, int outputs>
SIGHTLINE_SET void depthwiseTile(const std::uint8_t* x, std::ptrdiff_t rowStride, const std::int8_t* w,
                                 const typename V::Steps& steps, std::uint8_t* out, std::ptrdiff_t outStride) {
    constexpr int kQuads = ((outputs - 1) * stride + kernel + kColumns - 1) / kColumns;
    typename V::Sums sums[outputs];
#pragma GCC unroll 4
    for (int p = 0; p < outputs; ++p) {
        sums[p] = V::offsets(steps);
    }
    for (int row = 0; row < kernel; ++row) {
#pragma GCC unroll 8
        for (int q = 0; q < kQuads; ++q) {
            const typename V::Columns columns = V::columns(x + q * kQuad);
#pragma GCC unroll 4
            for (int p = 0; p < outputs; ++p) {
                const int place = p * stride % kColumns;
                const int quad = q - p * stride / kColumns;
                if (quad >= 0 && quad * kColumns < place + kernel) {
                    const int at = (row * kColumns + place) * depthwiseQuads(kernel) + quad;
                    sums[p] = V::products(sums[p], columns, V::load(w + at * kQuad));
                }
            }
        }
        x += rowStride;
    }
    storeAll<V>(sums, steps, kChannels, out, outStride);
}

template <typename V, int kernel, int stride>
SIGHTLINE_SET void depthwiseRow(const std::uint8_t* x, std::ptrdiff_t rowStride, int pixels, const std::int8_t* w,
                                const typename V::Steps& steps, std::uint8_t* out, std::ptrdiff_t outStride) {
    constexpr std::ptrdiff_t kStep = static_cast<std::ptrdiff_t>(stride) * kChannels;
    int p = 0;
    if (pixels >= kOutputsAtOnce) {
        for (; p < pixels; p += kOutputsAtOnce) {
            p = std::min(p, pixels - kOutputsAtOnce);  // the last ones may compute some again
            depthwiseTile<V, kernel, stride, kOutputsAtOnce>(x + p * kStep, rowStride, w, steps, out + p * outStride,
                                                             outStride);
        }
    }
    for (; p < pixels; ++p) {
        depthwiseTile<V, kernel, stride, 1>(x + p * kStep, rowStride, w, steps, out + p * outStride, outStride);
    }
}

template <typename V>
SIGHTLINE_SET void depthwise(const std::uint8_t* x, std::ptrdiff_t rowStride, int kernel, int stride, int pixels,
                             const std::int8_t* w, const GroupRequantization& to, std::uint8_t* out,
                             std::ptrdiff_t outStride) {
    const typename V::Steps steps = V::steps(to);
    if (kernel == 3 && stride == 1) {
        return depthwiseRow<V, 3, 1>(x, rowStride, pixels, w, steps, out, outStride);
    }
    if (kernel == 3 && stride == 2) {
        return depthwiseRow<V, 3, 2>(x, rowStride, pixels, w, steps, out, outStride);
    }
    if (kernel == 5 && stride == 1) {
        return depthwiseRow<V, 5, 1>(x, rowStride, pixels, w, steps, out, outStride);
    }
    if (kernel == 5 && stride == 2) {
        return depthwiseRow<V, 5, 2>(x, rowStride, pixels, w, steps, out, outStride);
    }
    // Shapes that no network of ours has: one output at a time.
    for (int p = 0; p < pixels; ++p) {
        typename V::Sums sums = V::offsets(steps);
        for (int row = 0; row < kernel; ++row) {
            const std::uint8_t* at = x + (static_cast<std::ptrdiff_t>(p) * stride) * kChannels + row * rowStride;
            const std::int8_t* weights =
                w + static_cast<std::ptrdiff_t>(row) * kColumns * depthwiseQuads(kernel) * kQuad;
            for (int q = 0; q * kColumns < kernel; ++q) {
                sums = V::products(sums, V::columns(at + q * kQuad), V::load(weights + q * kQuad));
            }
        }
        V::store(sums, steps, out + p * outStride, kChannels);
    }
}

template <typename V, int rows>
SIGHTLINE_SET void dotRows(const std::int8_t* x, int width, const std::int8_t* w, LinearSums& sums) {
    constexpr int kGroups = V::kLinearGroups;
    // Few sums are taken in several chains, because one addition's latency is several times its rate.
    constexpr int kChains = rows * kGroups < V::kSumsInFlight ? 2 : 1;
    constexpr std::ptrdiff_t kFour = static_cast<std::ptrdiff_t>(kGroups) * kChannels * 4;  // weights of four inputs
    typename V::Sums all[kChains][rows][kGroups];
#pragma GCC unroll 2
    for (int c = 0; c < kChains; ++c) {
#pragma GCC unroll 8
        for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 4
            for (int g = 0; g < kGroups; ++g) {
                all[c][r][g] = V::none();
            }
        }
    }
    for (int i = 0; i < width; i += 4 * kChains) {
#pragma GCC unroll 2
        for (int c = 0; c < kChains; ++c) {
            typename V::Spread spread[rows];
#pragma GCC unroll 8
            for (int r = 0; r < rows; ++r) {
                spread[r] = V::spreadRow(x + r * width + i + 4 * c);
            }
#pragma GCC unroll 4
            for (int g = 0; g < kGroups; ++g) {
                typename V::Weights weights = V::load(w + g * kChannels * 4);
                SIGHTLINE_HOLD(weights);
#pragma GCC unroll 8
                for (int r = 0; r < rows; ++r) {
                    all[c][r][g] = V::products(all[c][r][g], spread[r], weights);
                }
            }
            w += kFour;
        }
    }
    for (int r = 0; r < rows; ++r) {
        for (int g = 0; g < kGroups; ++g) {
            typename V::Sums sum = all[0][r][g];
            for (int c = 1; c < kChains; ++c) {
                sum = V::sum(sum, all[c][r][g]);
            }
            V::store(sum, sums[r] + g * kChannels);
        }
    }
}

template <typename V, int most = V::kMostRows>
SIGHTLINE_SET void dot(const std::int8_t* x, int rows, int width, const std::int8_t* w, LinearSums& sums) {
    if constexpr (most > 1) {
        if (rows != most) {
            return dot<V, most - 1>(x, rows, width, w, sums);
        }
    }
    dotRows<V, most>(x, width, w, sums);
}

template <typename V>
constexpr ConvolutionKernels<std::uint8_t> convolutionsOf(
    decltype(ConvolutionKernels<std::uint8_t>::residual) residual) {
    return {V::kOrder, V::kAddedToUnsigned, pointwise<V>, depthwise<V>, residual};
}

template <typename V>
constexpr LinearKernels linearOf() {
    return {true, V::kRowNumbers, V::kMostRows, V::kLinearGroups, dot<V>};
}

}  // namespace
}  // namespace sightline
