// What NEON's dot products do for byte_loops.h. They are of two signed numbers, so 128 is taken off activations.
// Included as that is, after the intrinsics themselves.
#include <cstring>

#include "core/inference/kernels/kernels.h"

#define SIGHTLINE_STEP SIGHTLINE_SET static inline __attribute__((always_inline))

namespace sightline {
namespace {

struct NeonDotVectors {
    static constexpr auto kOrder = kNaturalOrder;
    static constexpr int kMostPixels = 5;
    static constexpr int kAddedToUnsigned = -128;
    static constexpr auto kRowNumbers = RowNumbers::Signed;
    static constexpr int kMostRows = 4;
    static constexpr int kLinearGroups = 1;
    static constexpr int kSumsInFlight = 1;  // of four registers
    static constexpr int kStoredTogether = 1;

    struct Sums {
        int32x4_t fours[4];
    };
    struct Weights {
        int8x16_t fours[4];
    };
    using Spread = int8x16_t;
    struct Columns {
        int8x16_t fours[4];
    };
    struct Steps {
        int32x4_t offsets[4];
        float32x4_t scales[4];
        float32x4_t bias[4];
        float32x4_t inverse;
        float32x4_t zero;
        float32x4_t least;
    };

    SIGHTLINE_STEP Sums offsets(const Steps& steps) {
        return {{steps.offsets[0], steps.offsets[1], steps.offsets[2], steps.offsets[3]}};
    }

    SIGHTLINE_STEP Sums none() {
        const int32x4_t zero = vdupq_n_s32(0);
        return {{zero, zero, zero, zero}};
    }

    SIGHTLINE_STEP Sums sum(const Sums& a, const Sums& b) {
        return {{vaddq_s32(a.fours[0], b.fours[0]), vaddq_s32(a.fours[1], b.fours[1]),
                 vaddq_s32(a.fours[2], b.fours[2]), vaddq_s32(a.fours[3], b.fours[3])}};
    }

    SIGHTLINE_STEP Weights load(const std::int8_t* w) {
        return {{vld1q_s8(w), vld1q_s8(w + 16), vld1q_s8(w + 32), vld1q_s8(w + 48)}};
    }

    SIGHTLINE_STEP Sums products(const Sums& sums, Spread x, const Weights& w) {
        return {{vdotq_s32(sums.fours[0], x, w.fours[0]), vdotq_s32(sums.fours[1], x, w.fours[1]),
                 vdotq_s32(sums.fours[2], x, w.fours[2]), vdotq_s32(sums.fours[3], x, w.fours[3])}};
    }

    SIGHTLINE_STEP Sums products(const Sums& sums, const Columns& x, const Weights& w) {
        return {{vdotq_s32(sums.fours[0], x.fours[0], w.fours[0]), vdotq_s32(sums.fours[1], x.fours[1], w.fours[1]),
                 vdotq_s32(sums.fours[2], x.fours[2], w.fours[2]), vdotq_s32(sums.fours[3], x.fours[3], w.fours[3])}};
    }

    SIGHTLINE_STEP int8x16_t lessened(uint8x16_t x) { return vreinterpretq_s8_u8(veorq_u8(x, vdupq_n_u8(0x80))); }

    SIGHTLINE_STEP Spread spread(const std::uint8_t* x) {
        return lessened(vreinterpretq_u8_u32(vdupq_n_u32(static_cast<std::uint32_t>(fourBytesAt(x)))));
    }

    SIGHTLINE_STEP Spread spreadRow(const std::int8_t* x) {
        return vreinterpretq_s8_u32(vdupq_n_u32(static_cast<std::uint32_t>(fourBytesAt(x))));
    }

    SIGHTLINE_STEP Columns columns(const std::uint8_t* x) {
        const uint8x16_t a = vld1q_u8(x);
        const uint8x16_t b = vld1q_u8(x + 16);
        const uint8x16_t c = vld1q_u8(x + 32);
        const uint8x16_t d = vld1q_u8(x + 48);
        const uint8x16_t evenLow = vzip1q_u8(a, c);
        const uint8x16_t evenHigh = vzip2q_u8(a, c);
        const uint8x16_t oddLow = vzip1q_u8(b, d);
        const uint8x16_t oddHigh = vzip2q_u8(b, d);
        return {{lessened(vzip1q_u8(evenLow, oddLow)), lessened(vzip2q_u8(evenLow, oddLow)),
                 lessened(vzip1q_u8(evenHigh, oddHigh)), lessened(vzip2q_u8(evenHigh, oddHigh))}};
    }

    SIGHTLINE_STEP Steps steps(const GroupRequantization& to) {
        Steps steps;
        for (int q = 0; q < 4; ++q) {
            steps.offsets[q] = vld1q_s32(to.offsets + 4 * q);
            steps.scales[q] = vld1q_f32(to.scales + 4 * q);
            steps.bias[q] = vld1q_f32(to.bias + 4 * q);
        }
        steps.inverse = vdupq_n_f32(to.inverse);
        steps.zero = vdupq_n_f32(to.zero);
        steps.least = vdupq_n_f32(to.least);
        return steps;
    }

    SIGHTLINE_STEP int16x4_t requantized(int32x4_t sums, const Steps& steps, int q) {
        float32x4_t value = vaddq_f32(vmulq_f32(vcvtq_f32_s32(sums), steps.scales[q]), steps.bias[q]);
        value = vaddq_f32(vmulq_f32(value, steps.inverse), steps.zero);
        return vqmovn_s32(vcvtnq_s32_f32(vmaxq_f32(value, steps.least)));  // as all conversions here, saturating
    }

    SIGHTLINE_STEP void store(const Sums& sums, const Steps& steps, std::uint8_t* out, int count) {
        const int16x8_t low = vcombine_s16(requantized(sums.fours[0], steps, 0), requantized(sums.fours[1], steps, 1));
        const int16x8_t high = vcombine_s16(requantized(sums.fours[2], steps, 2), requantized(sums.fours[3], steps, 3));
        const uint8x16_t bytes = vcombine_u8(vqmovun_s16(low), vqmovun_s16(high));
        if (count == kChannels) {
            vst1q_u8(out, bytes);
        } else {
            std::uint8_t all[kChannels];
            vst1q_u8(all, bytes);
            std::memcpy(out, all, static_cast<std::size_t>(count));
        }
    }

    SIGHTLINE_STEP void store(const Sums& sums, std::int32_t* out) {
        for (int q = 0; q < 4; ++q) {
            vst1q_s32(out + 4 * q, sums.fours[q]);
        }
    }
};

}  // namespace
}  // namespace sightline

#undef SIGHTLINE_STEP
