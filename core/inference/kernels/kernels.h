// The loops of 8-bit layers, once for each instruction set. All give the same sums and bytes. Int8Linear and the
// classes of int8_convolution.h put weights into the order that a set's loops read them in, and call them. Any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "core/inference/kernels/simd_path.h"

namespace sightline {

// Channels, or outputs of a linear layer, are computed in groups of so many.
constexpr int kChannels = 16;

// Loops may read so many activations after the last one they need. Their values do not matter: their weights are zero.
constexpr int kSlack = 64;

// Rows of a linear layer, and groups of its outputs, that any set takes at a time.
constexpr int kMostRowsAtOnce = 8;
constexpr int kMostGroupsAtOnce = 4;

// What the sums of a group become (int8_convolution.h); channels in the loops' order. Sums begin at the offsets.
struct GroupRequantization {
    const std::int32_t* offsets;
    const float* scales;
    const float* bias;
    float inverse;
    float zero;
    float least;  // of the bytes
    bool bare;    // zero and least are 0, and no value gets out of what 32 bits hold
};

// What adding two bytes takes (Int8Residual).
struct ResidualSteps {
    float firstScale;
    float firstShift;
    float secondScale;
    float secondShift;
    float inverse;
    std::int32_t zero;
};

// Activations are bytes where an instruction multiplies those without saturating, and 16-bit numbers elsewhere.
template <typename Activation>
constexpr bool kBytes = std::is_same_v<Activation, std::uint8_t>;

// Inputs of a channel whose products one instruction adds up.
template <typename Activation>
constexpr int kTogether = kBytes<Activation> ? 4 : 2;

template <typename Activation>
struct ConvolutionKernels {
    using Weight = std::conditional_t<kBytes<Activation>, std::int8_t, std::int16_t>;

    std::array<int, kChannels> order;  // the channel at each place of a group, in weights and requantization
    int added;                         // to each activation before it is multiplied

    // Channels of one group for `pixels` rows of x: [pixels, inputs] -> the first `count` of each row of out, rows
    // `outStride` numbers apart. `inputs`: a multiple of kTogether; w: [inputs / kTogether, 16, kTogether].
    void (*pointwise)(const Activation* x, int inputs, int pixels, const Weight* w, const GroupRequantization& to,
                      int count, Activation* out, std::ptrdiff_t outStride);

    // One row of `pixels` outputs of a group. x: what the kernel sees of the first, [rows, columns, 16], rows
    // `rowStride` numbers apart. w, of 16-bit activations: [pairs of taps, 16, 2]. Of bytes: [rows of the kernel, 4,
    // depthwiseQuads(kernel), 16, 4], the second for the place of its first column among four, the third for the four
    // columns that it sees.
    void (*depthwise)(const Activation* x, std::ptrdiff_t rowStride, int kernel, int stride, int pixels,
                      const Weight* w, const GroupRequantization& to, Activation* out, std::ptrdiff_t outStride);

    // sum = first + sum for `channels` numbers, a multiple of 8, of each pixel, pixels `stride` numbers apart.
    void (*residual)(const Activation* first, Activation* sum, int channels, int pixels, std::ptrdiff_t stride,
                     const ResidualSteps& steps);
};

// Fours of columns that a row of the kernel reaches into, wherever it begins.
constexpr int depthwiseQuads(int kernel) { return (kernel + 3 + 3) / 4; }

// What a set's loops read the rows of a linear layer as.
enum class RowNumbers : std::uint8_t {
    Signed,   // std::int8_t, -127 to 127
    Unsigned  // std::uint8_t, 128 more
};

// [rows, groups * 16].
using LinearSums = std::int32_t[kMostRowsAtOnce][kMostGroupsAtOnce * kChannels];

struct LinearKernels {
    bool interleaved;  // weights of the groups are [width / 4, groups, 16, 4]; otherwise [groups, 16, width]
    RowNumbers numbers;
    // Whose sums stay in registers.
    int rowsAtOnce;
    int groupsAtOnce;

    // sums[r][o] = x[r] . w[o] of groupsAtOnce groups, for up to rowsAtOnce rows. x: [rows, width] of `numbers`, by
    // their bits; `width`: a multiple of 64.
    void (*dot)(const std::int8_t* x, int rows, int width, const std::int8_t* w, LinearSums& sums);
};

// Four bytes, or two 16-bit numbers, as they lie in memory.
inline __attribute__((always_inline)) std::int32_t fourBytesAt(const void* x) {
    std::int32_t four = 0;
    std::memcpy(&four, x, sizeof four);
    return four;
}

// Which of the next two has the path's kernels.
bool takesBytes(SimdPath path);
const ConvolutionKernels<std::uint8_t>& byteKernels(SimdPath path);
const ConvolutionKernels<std::int16_t>& wordKernels(SimdPath path);
const LinearKernels& linearKernels(SimdPath path);

// Each set's, in the file of its name; where the program is built for another processor there is none.
extern const ConvolutionKernels<std::int16_t> kPortableConvolutions;
extern const LinearKernels kPortableLinear;
extern const ConvolutionKernels<std::int16_t> kAvx2Convolutions;
extern const LinearKernels kAvx2Linear;
extern const ConvolutionKernels<std::uint8_t> kAvxVnniConvolutions;
extern const LinearKernels kAvxVnniLinear;
extern const ConvolutionKernels<std::uint8_t> kAvx512VnniConvolutions;
extern const LinearKernels kAvx512VnniLinear;
extern const ConvolutionKernels<std::uint8_t> kNeonDotConvolutions;
extern const LinearKernels kNeonDotLinear;

// The sum of bytes has no product to speed up: it is the same for several sets.
void residualOfBytesPortable(const std::uint8_t* first, std::uint8_t* sum, int channels, int pixels,
                             std::ptrdiff_t stride, const ResidualSteps& steps);
void residualOfBytesAvx2(const std::uint8_t* first, std::uint8_t* sum, int channels, int pixels, std::ptrdiff_t stride,
                         const ResidualSteps& steps);

constexpr std::array<int, kChannels> kNaturalOrder = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
// In which AVX2's unpacking leaves channels, and its packing makes the natural order of again.
constexpr std::array<int, kChannels> kUnpackedOrder = {0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 12, 13, 14, 15};

}  // namespace sightline
