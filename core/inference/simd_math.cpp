#include "core/inference/simd_math.h"

#include <algorithm>
#include <cmath>
#include <cstring>

// CMakeLists.txt compiles this file without contraction, and nothing here lets sums be taken in another order than they
// are written in: eight sums side by side, whatever the width of the registers, so that every CPU rounds alike. Under
// ThreadSanitizer there are no clones: they are chosen before its runtime is there.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)
#define SIGHTLINE_WIDE __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define SIGHTLINE_WIDE
#endif

namespace sightline {
namespace {

constexpr float kNormEpsilon = 1e-5F;

// exp by 2^x = 2^floor * 2^fraction with a polynomial for the fraction; relative error below 2e-7. std::exp is a call
// that keeps a loop from using vectors.
inline __attribute__((always_inline)) float fastExp(float x) {
    const float scaled = std::min(std::max(x, -87.0F), 88.0F) * 1.44269504F;
    const float whole = __builtin_floorf(scaled);
    const float f = scaled - whole;
    const float power =
        1.0F +
        f * (0.693147180F +
             f * (0.240226507F + f * (0.0555041087F + f * (0.00961812911F + f * (0.00133335581F + f * 0.000154034F)))));
    const auto bits = (static_cast<std::int32_t>(whole) + 127) << 23;
    return power * __builtin_bit_cast(float, bits);
}

constexpr std::size_t kScoreBlock = 16;

constexpr std::size_t kLanes = 8;
using Lanes = float __attribute__((vector_size(kLanes * sizeof(float))));
using FourFloats = float __attribute__((vector_size(4 * sizeof(float))));
using FourDoubles = double __attribute__((vector_size(4 * sizeof(double))));
using FourNumbers = std::int32_t __attribute__((vector_size(4 * sizeof(std::int32_t))));

// By reference: vectors of this width as values are passed in another way where registers are narrower.
inline __attribute__((always_inline)) void load(Lanes& to, const float* from) { std::memcpy(&to, from, sizeof to); }

inline __attribute__((always_inline)) float total(const Lanes& sums) {
    return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

inline __attribute__((always_inline)) float sum(const float* x, std::size_t count) {
    Lanes sums = {};
    std::size_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
        Lanes now;
        load(now, x + i);
        sums += now;
    }
    for (std::size_t lane = 0; i < count; ++i, ++lane) {
        sums[lane] += x[i];
    }
    return total(sums);
}

inline __attribute__((always_inline)) float dot(const float* x, const float* y, std::size_t count) {
    Lanes sums = {};
    std::size_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
        Lanes a;
        Lanes b;
        load(a, x + i);
        load(b, y + i);
        sums += a * b;
    }
    for (std::size_t lane = 0; i < count; ++i, ++lane) {
        sums[lane] += x[i] * y[i];
    }
    return total(sums);
}

// total() of four at once, in its order: halves, then halves of those, then neighbours.
inline __attribute__((always_inline)) void totals(const Lanes (&sums)[4], float* out) {
    Lanes halves[2];
    for (std::size_t i = 0; i < 2; ++i) {
        const Lanes& a = sums[2 * i];
        const Lanes& b = sums[2 * i + 1];
        halves[i] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11) +
                    __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
    }
    const Lanes quarters = __builtin_shufflevector(halves[0], halves[1], 0, 1, 4, 5, 8, 9, 12, 13) +
                           __builtin_shufflevector(halves[0], halves[1], 2, 3, 6, 7, 10, 11, 14, 15);
    const FourFloats result = __builtin_shufflevector(quarters, quarters, 0, 2, 4, 6) +
                              __builtin_shufflevector(quarters, quarters, 1, 3, 5, 7);
    std::memcpy(out, &result, sizeof result);
}

// Scores of shared positions for `rows` queries, [rows, all]: four positions at a time, so that numbers which were read
// once meet several.
template <int rows>
inline __attribute__((always_inline)) void scoreShared(const Attended& seen, const float* queries,
                                                       std::ptrdiff_t queryStride, float* scores, std::size_t all) {
    constexpr int kKeys = 4;
    const auto width = static_cast<std::size_t>(seen.width);
    int p = 0;
    for (; p + kKeys <= seen.shared && width % kLanes == 0; p += kKeys) {
        const float* keys = seen.keys + static_cast<std::size_t>(p) * width;
        Lanes sums[rows][kKeys] = {};
        for (std::size_t i = 0; i < width; i += kLanes) {
            Lanes key[kKeys];
#pragma GCC unroll 4
            for (std::size_t k = 0; k < kKeys; ++k) {
                load(key[k], keys + k * width + i);
            }
#pragma GCC unroll 4
            for (int r = 0; r < rows; ++r) {
                Lanes query;
                load(query, queries + r * queryStride + i);
#pragma GCC unroll 4
                for (int k = 0; k < kKeys; ++k) {
                    sums[r][k] += query * key[k];
                }
            }
        }
#pragma GCC unroll 4
        for (int r = 0; r < rows; ++r) {
            totals(sums[r], scores + static_cast<std::size_t>(r) * all + p);
        }
    }
    for (; p < seen.shared; ++p) {
        for (int r = 0; r < rows; ++r) {
            scores[static_cast<std::size_t>(r) * all + static_cast<std::size_t>(p)] =
                dot(queries + r * queryStride, seen.keys + static_cast<std::size_t>(p) * width, width);
        }
    }
}

// Scores of one query over rows of keys.
inline __attribute__((always_inline)) void scoreOwn(const float* query, const float* const* keys, int count,
                                                    std::size_t width, float* scores) {
    constexpr int kKeys = 4;
    int p = 0;
    for (; p + kKeys <= count && width % kLanes == 0; p += kKeys) {
        Lanes sums[kKeys] = {};
        for (std::size_t i = 0; i < width; i += kLanes) {
            Lanes part;
            load(part, query + i);
#pragma GCC unroll 4
            for (int k = 0; k < kKeys; ++k) {
                Lanes key;
                load(key, keys[p + k] + i);
                sums[k] += part * key;
            }
        }
        totals(sums, scores + p);
    }
    for (; p < count; ++p) {
        scores[p] = dot(query, keys[p], width);
    }
}

// Scores become weights that add up to 1. There is room for whole blocks.
inline __attribute__((always_inline)) void softmax(float* scores, std::size_t count, float scale) {
    const std::size_t blocks = (count + kScoreBlock - 1) / kScoreBlock;
    std::fill(scores + count, scores + blocks * kScoreBlock, -1e30F);
    float peaks[kScoreBlock];
    std::fill_n(peaks, kScoreBlock, -1e30F);
    for (std::size_t b = 0; b < blocks; ++b) {
        float* block = scores + b * kScoreBlock;
        for (std::size_t i = 0; i < kScoreBlock; ++i) {
            block[i] *= scale;
            peaks[i] = std::max(peaks[i], block[i]);
        }
    }
    const float peak = *std::max_element(peaks, peaks + kScoreBlock);
    for (std::size_t b = 0; b < blocks; ++b) {
        float* block = scores + b * kScoreBlock;
        for (std::size_t i = 0; i < kScoreBlock; ++i) {
            block[i] = fastExp(block[i] - peak);
        }
    }
    const float inverse = 1.0F / sum(scores, count);
    for (std::size_t b = 0; b < blocks; ++b) {
        float* block = scores + b * kScoreBlock;
        for (std::size_t i = 0; i < kScoreBlock; ++i) {
            block[i] *= inverse;
        }
    }
}

// Values of all positions by their scores, as many sums at a time as stay in registers.
template <int rows>
inline __attribute__((always_inline)) void mixValues(const Attended& seen, const float* scores, std::size_t all,
                                                     float* out, std::ptrdiff_t outStride) {
    constexpr std::size_t kParts = 4;
    const auto width = static_cast<std::size_t>(seen.width);
    std::size_t i = 0;
    for (; i + kParts * kLanes <= width; i += kParts * kLanes) {
        Lanes sums[rows][kParts] = {};
        for (int p = 0; p < seen.shared; ++p) {
            Lanes value[kParts];
#pragma GCC unroll 4
            for (std::size_t part = 0; part < kParts; ++part) {
                load(value[part], seen.values + static_cast<std::size_t>(p) * width + i + part * kLanes);
            }
#pragma GCC unroll 4
            for (int r = 0; r < rows; ++r) {
                const float score = scores[static_cast<std::size_t>(r) * all + static_cast<std::size_t>(p)];
#pragma GCC unroll 4
                for (std::size_t part = 0; part < kParts; ++part) {
                    sums[r][part] += score * value[part];
                }
            }
        }
#pragma GCC unroll 4
        for (int r = 0; r < rows; ++r) {
            for (int p = 0; p < seen.own; ++p) {
                const float score =
                    scores[static_cast<std::size_t>(r) * all + static_cast<std::size_t>(seen.shared + p)];
                const float* from = seen.ownValues[r * seen.own + p] + i;
#pragma GCC unroll 4
                for (std::size_t part = 0; part < kParts; ++part) {
                    Lanes value;
                    load(value, from + part * kLanes);
                    sums[r][part] += score * value;
                }
            }
            std::memcpy(out + r * outStride + static_cast<std::ptrdiff_t>(i), sums[r], sizeof sums[r]);
        }
    }
    for (; i < width; ++i) {
        for (int r = 0; r < rows; ++r) {
            const float* score = scores + static_cast<std::size_t>(r) * all;
            float sum = 0.0F;
            for (int p = 0; p < seen.shared; ++p) {
                sum += score[p] * seen.values[static_cast<std::size_t>(p) * width + i];
            }
            for (int p = 0; p < seen.own; ++p) {
                sum += score[seen.shared + p] * seen.ownValues[r * seen.own + p][i];
            }
            out[r * outStride + static_cast<std::ptrdiff_t>(i)] = sum;
        }
    }
}

template <int rows>
inline __attribute__((always_inline)) void attendRows(const Attended& seen, const float* queries,
                                                      std::ptrdiff_t queryStride, float* scores, float* out,
                                                      std::ptrdiff_t outStride) {
    const std::size_t count = static_cast<std::size_t>(seen.shared) + static_cast<std::size_t>(seen.own);
    const std::size_t all = roomForScores(seen);
    const auto width = static_cast<std::size_t>(seen.width);
    scoreShared<rows>(seen, queries, queryStride, scores, all);
    for (int r = 0; r < rows; ++r) {
        float* row = scores + static_cast<std::size_t>(r) * all;
        scoreOwn(queries + r * queryStride, seen.ownKeys + r * seen.own, seen.own, width, row + seen.shared);
        softmax(row, count, 1.0F / __builtin_sqrtf(static_cast<float>(seen.width)));
    }
    mixValues<rows>(seen, scores, all, out, outStride);
}

template <typename Sums, typename Sum>
inline __attribute__((always_inline)) void averages(const float* pixels, std::span<const int> first,
                                                    const float* weights, int taps, double area, std::uint8_t* rgb) {
    const double share = 1.0 / area;
    // What multiplying by the share may lack of a half; all other fractions are further from it.
    constexpr double kHalf = 0.5 + 1e-11;
    for (const int from : first) {
        Sums sums = {};
        for (int i = 0; i < taps; ++i) {
            FourFloats pixel;
            std::memcpy(&pixel, pixels + static_cast<std::ptrdiff_t>(from + i) * 4, sizeof pixel);
            sums += static_cast<Sum>(weights[i]) * __builtin_convertvector(pixel, Sums);
        }
        const auto wide = __builtin_convertvector(sums, FourDoubles);
        const auto bgra = __builtin_convertvector(wide * share + kHalf, FourNumbers);
        rgb[0] = static_cast<std::uint8_t>(bgra[2]);
        rgb[1] = static_cast<std::uint8_t>(bgra[1]);
        rgb[2] = static_cast<std::uint8_t>(bgra[0]);
        weights += taps;
        rgb += 3;
    }
}

}  // namespace

SIGHTLINE_WIDE void layerNorm(std::span<const float> x, const float* weight, const float* bias, float* y) {
    const std::size_t width = x.size();
    const float* in = x.data();
    const float mean = sum(in, width) / static_cast<float>(width);
    for (std::size_t i = 0; i < width; ++i) {
        y[i] = in[i] - mean;
    }
    const float inverse = 1.0F / __builtin_sqrtf(dot(y, y, width) / static_cast<float>(width) + kNormEpsilon);
    for (std::size_t i = 0; i < width; ++i) {
        y[i] = y[i] * inverse * weight[i] + bias[i];
    }
}

// 0.5 x (1 + tanh(u)) = x / (1 + exp(-2u)).
SIGHTLINE_WIDE void gelu(std::span<float> x) {
    float* data = x.data();
    for (std::size_t i = 0; i < x.size(); ++i) {
        const float value = data[i];
        const float doubled = 1.5957691216F * (value + 0.044715F * value * value * value);
        data[i] = value / (1.0F + fastExp(-doubled));
    }
}

SIGHTLINE_WIDE void add(std::span<float> y, const float* x) {
    float* data = y.data();
    for (std::size_t i = 0; i < y.size(); ++i) {
        data[i] += x[i];
    }
}

std::size_t roomForScores(const Attended& seen) {
    const std::size_t count = static_cast<std::size_t>(seen.shared) + static_cast<std::size_t>(seen.own);
    return (count + kScoreBlock - 1) / kScoreBlock * kScoreBlock;
}

SIGHTLINE_WIDE void attend(const Attended& seen, int count, const float* queries, std::ptrdiff_t queryStride,
                           float* scores, float* out, std::ptrdiff_t outStride) {
    Attended rest = seen;
    while (count > 0) {
        switch (count) {
            case 1: attendRows<1>(rest, queries, queryStride, scores, out, outStride); break;
            case 2: attendRows<2>(rest, queries, queryStride, scores, out, outStride); break;
            default: attendRows<kMostQueries>(rest, queries, queryStride, scores, out, outStride);
        }
        const int done = std::min(count, kMostQueries);
        count -= done;
        rest.ownKeys += done * rest.own;
        rest.ownValues += done * rest.own;
        queries += done * queryStride;
        out += done * outStride;
    }
}

SIGHTLINE_WIDE float quantizeRow(std::span<const float> x, std::int8_t* out) {
    const float* in = x.data();
    float peak = 0.0F;
    for (std::size_t i = 0; i < x.size(); ++i) {
        peak = std::max(peak, __builtin_fabsf(in[i]));
    }
    const float inverse = peak > 0.0F ? 127.0F / peak : 0.0F;
    for (std::size_t i = 0; i < x.size(); ++i) {
        out[i] = static_cast<std::int8_t>(static_cast<std::int32_t>(__builtin_nearbyintf(in[i] * inverse)));
    }
    return peak / 127.0F;
}

SIGHTLINE_WIDE void dequantize(float* y, std::size_t width, std::ptrdiff_t stride, const std::int32_t* sums,
                               std::ptrdiff_t sumStride, std::span<const float> rowScales,
                               const DequantizationSteps& steps) {
    for (const float scale : rowScales) {
        for (std::size_t i = 0; i < width; ++i) {
            y[i] = static_cast<float>(sums[i] - steps.offsets[i]) * scale * steps.scales[i] + steps.bias[i];
        }
        y += stride;
        sums += sumStride;
    }
}

SIGHTLINE_WIDE void dequantize(std::span<float> y, const std::uint8_t* x, int zero, float scale) {
    float* out = y.data();
    for (std::size_t i = 0; i < y.size(); ++i) {
        out[i] = static_cast<float>(x[i] - zero) * scale;
    }
}

SIGHTLINE_WIDE void dequantize(std::span<float> y, const std::int16_t* x, int zero, float scale) {
    float* out = y.data();
    for (std::size_t i = 0; i < y.size(); ++i) {
        out[i] = static_cast<float>(x[i] - zero) * scale;
    }
}

SIGHTLINE_WIDE void largestOfStretches(std::span<const float> x, float* largest) {
    for (std::size_t first = 0; first < x.size(); first += kStretch) {
        const float* in = x.data() + first;
        const std::size_t count = std::min(kStretch, x.size() - first);
        float peak = in[0];
        for (std::size_t i = 1; i < count; ++i) {
            peak = std::max(peak, in[i]);
        }
        *largest++ = peak;
    }
}

SIGHTLINE_WIDE double sumOfExponentials(std::span<const float> x, float peak) {
    constexpr std::size_t kAtOnce = 256;
    float powers[kAtOnce];
    double result = 0.0;
    for (std::size_t first = 0; first < x.size(); first += kAtOnce) {
        const std::size_t count = std::min(kAtOnce, x.size() - first);
        const float* in = x.data() + first;
        for (std::size_t i = 0; i < count; ++i) {
            powers[i] = fastExp(in[i] - peak);
        }
        result += static_cast<double>(sum(powers, count));
    }
    return result;
}

SIGHTLINE_WIDE void sigmoid(std::span<float> x) {
    float* data = x.data();
    for (std::size_t i = 0; i < x.size(); ++i) {
        data[i] = 1.0F / (1.0F + fastExp(-data[i]));
    }
}

SIGHTLINE_WIDE void accumulate(std::span<float> sums, const std::uint8_t* bytes, float weight) {
    float* out = sums.data();
    for (std::size_t i = 0; i < sums.size(); ++i) {
        out[i] += weight * static_cast<float>(bytes[i]);
    }
}

SIGHTLINE_WIDE void averagePixels(const float* pixels, std::span<const int> first, const float* weights, int taps,
                                  double area, std::uint8_t* rgb) {
    // In floats where they hold every sum.
    if (area * 255.0 < static_cast<double>(1 << 24)) {
        averages<FourFloats, float>(pixels, first, weights, taps, area, rgb);
    } else {
        averages<FourDoubles, double>(pixels, first, weights, taps, area, rgb);
    }
}

}  // namespace sightline
