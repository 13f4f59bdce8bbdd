#include <algorithm>
#include <cmath>
#include <cstdint>

// Only what the kernels use: all of SIMDe's NEON takes long to compile.
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/arm/neon/add.h>
#include <simde/arm/neon/combine.h>
#include <simde/arm/neon/cvt.h>
#include <simde/arm/neon/dot.h>
#include <simde/arm/neon/dup_n.h>
#include <simde/arm/neon/eor.h>
#include <simde/arm/neon/ld1.h>
#include <simde/arm/neon/max.h>
#include <simde/arm/neon/mul.h>
#include <simde/arm/neon/qmovn.h>
#include <simde/arm/neon/qmovun.h>
#include <simde/arm/neon/reinterpret.h>
#include <simde/arm/neon/st1.h>
#include <simde/arm/neon/zip1.h>
#include <simde/arm/neon/zip2.h>

#include "tests/support/emulated_kernels.h"

// What SIMDe 0.7.4 lacks. Numbers that are too large become the largest or the least.
[[maybe_unused]] static int32x4_t toIntegers(float32x4_t from) {
    float floats[4];
    vst1q_f32(floats, from);
    std::int32_t integers[4];
    for (int i = 0; i < 4; ++i) {
        integers[i] = static_cast<std::int32_t>(
            std::clamp(std::nearbyint(static_cast<double>(floats[i])), -2147483648.0, 2147483647.0));
    }
    return vld1q_s32(integers);
}
#undef vcvtnq_s32_f32
#define vcvtnq_s32_f32 toIntegers

#define SIGHTLINE_SET
#include "core/inference/kernels/byte_loops.h"
#include "core/inference/kernels/neon_dot_vectors.h"

namespace sightline::test {

EmulatedKernels emulatedNeonDot() {
    static constexpr auto kConvolutions = convolutionsOf<NeonDotVectors>(residualOfBytesPortable);
    static constexpr auto kLinear = linearOf<NeonDotVectors>();
    return {"emulated NEON dot product", &kConvolutions, &kLinear};
}

}  // namespace sightline::test
