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

constexpr std::size_t kLanes = 8;
using Lanes = float __attribute__((vector_size(kLanes * sizeof(float))));

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

// Sums of products, not yet added up to one.
inline __attribute__((always_inline)) void products(Lanes& sums, const float* x, const float* y, std::size_t count) {
    sums = Lanes{};
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
}

inline __attribute__((always_inline)) float dot(const float* x, const float* y, std::size_t count) {
    Lanes sums;
    products(sums, x, y, count);
    return total(sums);
}

// total() of eight at once, in its order: halves, then halves of those, then neighbours.
inline __attribute__((always_inline)) void totals(const Lanes (&sums)[kLanes], Lanes& out) {
    Lanes fours[kLanes / 2];
    for (std::size_t i = 0; i < kLanes / 2; ++i) {
        const Lanes& a = sums[2 * i];
        const Lanes& b = sums[2 * i + 1];
        fours[i] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11) +
                   __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
    }
    Lanes twos[2];
    for (std::size_t i = 0; i < 2; ++i) {
        const Lanes& a = fours[2 * i];
        const Lanes& b = fours[2 * i + 1];
        twos[i] = __builtin_shufflevector(a, b, 0, 1, 4, 5, 8, 9, 12, 13) +
                  __builtin_shufflevector(a, b, 2, 3, 6, 7, 10, 11, 14, 15);
    }
    out = __builtin_shufflevector(twos[0], twos[1], 0, 2, 4, 6, 8, 10, 12, 14) +
          __builtin_shufflevector(twos[0], twos[1], 1, 3, 5, 7, 9, 11, 13, 15);
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

SIGHTLINE_WIDE void attend(const float* query, const float* const* keys, const float* const* values, int count,
                           int width, float* scores, float* out) {
    const float scale = 1.0F / __builtin_sqrtf(static_cast<float>(width));
    const auto length = static_cast<std::size_t>(width);
    constexpr int kKeysAtOnce = kLanes;
    int p = 0;
    for (; p + kKeysAtOnce <= count; p += kKeysAtOnce) {
        Lanes sums[kKeysAtOnce];
        for (int k = 0; k < kKeysAtOnce; ++k) {
            products(sums[k], query, keys[p + k], length);
        }
        Lanes all;
        totals(sums, all);
        all *= scale;
        std::memcpy(scores + p, &all, sizeof all);
    }
    for (; p < count; ++p) {
        scores[p] = dot(query, keys[p], length) * scale;
    }
    float peak = -1e30F;
    for (p = 0; p < count; ++p) {
        peak = std::max(peak, scores[p]);
    }
    for (p = 0; p < count; ++p) {
        scores[p] = fastExp(scores[p] - peak);
    }
    const float inverse = 1.0F / sum(scores, static_cast<std::size_t>(count));
    for (p = 0; p < count; ++p) {
        scores[p] *= inverse;
    }
    // As many sums at a time as stay in registers.
    constexpr std::size_t kAtOnce = 4;
    std::size_t i = 0;
    for (; i + kAtOnce * kLanes <= length; i += kAtOnce * kLanes) {
        Lanes sums[kAtOnce] = {};
        for (p = 0; p < count; ++p) {
            for (std::size_t part = 0; part < kAtOnce; ++part) {
                Lanes value;
                load(value, values[p] + i + part * kLanes);
                sums[part] += scores[p] * value;
            }
        }
        std::memcpy(out + i, sums, sizeof sums);
    }
    for (; i < length; ++i) {
        out[i] = 0.0F;
        for (p = 0; p < count; ++p) {
            out[i] += scores[p] * values[p][i];
        }
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

SIGHTLINE_WIDE void dequantize(std::span<float> y, const std::int32_t* sums, const std::int32_t* offsets, float scale,
                               const float* scales, const float* bias) {
    float* out = y.data();
    for (std::size_t i = 0; i < y.size(); ++i) {
        out[i] = static_cast<float>(sums[i] - offsets[i]) * scale * scales[i] + bias[i];
    }
}

SIGHTLINE_WIDE float largest(std::span<const float> x) {
    const float* in = x.data();
    float peak = in[0];
    for (std::size_t i = 1; i < x.size(); ++i) {
        peak = std::max(peak, in[i]);
    }
    return peak;
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

SIGHTLINE_WIDE void sumPixels(const float* pixels, std::span<const float> weights, double* out) {
    double sums[4] = {};
    for (std::size_t i = 0; i < weights.size(); ++i) {
        for (std::size_t c = 0; c < 4; ++c) {
            sums[c] += static_cast<double>(weights[i]) * static_cast<double>(pixels[i * 4 + c]);
        }
    }
    std::copy_n(sums, 4, out);
}

}  // namespace sightline
