// Convolutions of 8-bit activations with 8-bit weights, bit for bit those of LibTorch's oneDNN engine on a CPU whose
// products do not saturate (VNNI). Knows nothing of LibTorch.
//
// Products are summed exactly in 32 bits on every path. Then, each rounded to float32 in this order,
//   y = ((sum * (input scale * weight scale) + bias), at least 0 with ReLU) * (1 / output scale) + output zero point
// is clamped to 0..255 and rounded to nearest, ties to even.
//
// Activations lie channels last. `Activation` is how the path's kernels want them: bytes, or 16-bit numbers where only
// products of those are exact (kernels/kernels.h). The classes put weights in the kernels' order and call them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/inference/kernels/kernels.h"
#include "core/inference/large_pages.h"

namespace sightline {

// A square convolution as the bundle holds it.
struct Convolution {
    int outputs = 0;
    int inputs = 0;  // of one group: 1 where it is depthwise
    int kernel = 1;
    int stride = 1;
    int padding = 0;                   // on every side
    std::vector<std::int8_t> weights;  // [outputs, inputs, kernel, kernel]
    std::vector<float> weightScales;   // [outputs]
    std::vector<float> bias;           // [outputs]
    double outputScale = 1.0;
    int outputZero = 0;
    bool relu = false;
};

// Whether the kernels' first row and column are all zeros: what folds TensorFlow's one-sided padding into a convolution
// (models/sightline_models/encoder.py).
bool ledByZeros(const Convolution& convolution);

// How bytes stand for numbers: number = scale * (byte - zero).
struct Quantization {
    double scale = 1.0;
    int zero = 0;
};

// What sums become; per channel in the kernels' order, padded to whole groups.
struct Requantization {
    std::vector<std::int32_t> offsets;  // undoes the input's zero point and what kernels add, times the sum of weights
    std::vector<float> scales;
    std::vector<float> bias;
    float inverse = 1.0F;
    float zero = 0.0F;
    float least = 0.0F;
    bool bare = false;

    GroupRequantization of(int group) const;
};

// A matrix product over pixels. Immutable; any thread.
template <typename Activation>
class Int8Pointwise {
public:
    // `weights` of any kernel, taken as [outputs, inputs of one pixel]: the caller gathers what the kernel sees.
    Int8Pointwise(const Convolution& convolution, const Quantization& input,
                  const ConvolutionKernels<Activation>& kernels);

    int outputs() const { return outputs_; }
    // A multiple of kTogether: weights of the inputs there are too many of are zero.
    int inputs() const { return inputs_; }
    int groups() const { return (outputs_ + kChannels - 1) / kChannels; }

    // Channels of one group for `pixels` rows of x: [pixels, inputs] -> out, rows `outStride` numbers apart. Only as
    // many channels are written as there are.
    void apply(int group, const Activation* x, int pixels, Activation* out, std::ptrdiff_t outStride) const;

private:
    const ConvolutionKernels<Activation>* kernels_;
    int outputs_;
    int inputs_;
    LargeVector<typename ConvolutionKernels<Activation>::Weight> weights_;
    Requantization to_;
};

// A depthwise convolution over rows that already have their padding. Immutable; any thread.
template <typename Activation>
class Int8Depthwise {
public:
    Int8Depthwise(const Convolution& convolution, const Quantization& input,
                  const ConvolutionKernels<Activation>& kernels);

    int channels() const { return channels_; }
    int kernel() const { return kernel_; }
    int stride() const { return stride_; }
    // Rows and columns of padding before the first pixel; a leading row and column of zero weights is left out, so
    // there are fewer than the convolution has.
    int before() const { return before_; }
    int outputSize(int size) const { return (size + total_ - kernel_) / stride_ + 1; }
    // Padded columns that a row of `size` pixels takes.
    int paddedSize(int size) const { return (outputSize(size) - 1) * stride_ + kernel_; }

    // One row of `pixels` outputs of a group, whole even where there are fewer channels. `x`: what the kernel sees of
    // the first, [rows, columns, 16], rows `rowStride` numbers apart, and kSlack more after the last.
    void apply(int group, const Activation* x, std::ptrdiff_t rowStride, int pixels, Activation* out,
               std::ptrdiff_t outStride) const;

private:
    const ConvolutionKernels<Activation>* kernels_;
    int channels_;
    int kernel_;
    int stride_;
    int before_;
    int total_;        // padding of both sides
    int groupLength_;  // weights of a group
    LargeVector<typename ConvolutionKernels<Activation>::Weight> weights_;
    Requantization to_;
};

// The sum of two quantized tensors, as quantized::add of LibTorch computes it: both as float32 by one fused multiply
// and add each, their sum times 1 / output scale, rounded to even, plus the zero point.
template <typename Activation>
class Int8Residual {
public:
    Int8Residual(const Quantization& first, const Quantization& second, const Quantization& sum,
                 const ConvolutionKernels<Activation>& kernels);

    // sum = first + sum, `channels` numbers (a multiple of 8) of each pixel, pixels `stride` numbers apart.
    void apply(const Activation* first, Activation* sum, int channels, int pixels, std::ptrdiff_t stride) const;

private:
    const ConvolutionKernels<Activation>* kernels_;
    ResidualSteps steps_;
};

}  // namespace sightline
