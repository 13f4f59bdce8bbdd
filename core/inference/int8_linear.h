// Linear layers with int8 weights for the few rows of a decoder step: y = x W^T + b. Knows nothing of LibTorch.
//
// Each row of x is quantized to 8 bits by its own largest magnitude; products are summed exactly in 32 bits on every
// path, so all CPUs give the same sums. At so few rows the work is reading W once: 2-4 bytes a cycle and core.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/inference/kernels/kernels.h"
#include "core/inference/large_pages.h"

namespace sightline {

// Rows of x in 8 bits, as one set's kernels read them.
struct QuantizedRows {
    int rows = 0;
    int width = 0;                    // padded to a multiple of 64
    std::vector<std::int8_t> values;  // [rows, width]; unsigned ones by their bits
    std::vector<float> scales;        // [rows]
};

// Immutable after construction; used by several threads at once, each with its own range of outputs.
class Int8Linear {
public:
    // weights: [outputs, inputs] row by row; scales: [outputs]; bias: [outputs] or empty.
    Int8Linear(std::span<const std::int8_t> weights, std::span<const float> scales, std::span<const float> bias,
               int outputs, int inputs, SimdPath path)
        : Int8Linear(weights, scales, bias, outputs, inputs, linearKernels(path)) {}
    Int8Linear(std::span<const std::int8_t> weights, std::span<const float> scales, std::span<const float> bias,
               int outputs, int inputs, const LinearKernels& kernels);

    int outputs() const { return outputs_; }
    int inputs() const { return inputs_; }
    // Outputs come in parts of so many, the last perhaps of fewer; a range of parts is the unit that threads share.
    int outputsOfPart() const { return kernels_->groupsAtOnce * kChannels; }
    int parts() const { return (outputs_ + outputsOfPart() - 1) / outputsOfPart(); }

    // x: [rows, inputs]. Layers of the same set and inputs can share what becomes of it.
    void quantize(std::span<const float> x, int rows, QuantizedRows& to) const;

    // Writes outputs of parts [first, last) to y: [rows, outputs].
    void apply(const QuantizedRows& x, int first, int last, float* y) const;

private:
    const LinearKernels* kernels_;
    int outputs_;
    int inputs_;
    int width_;                         // inputs padded to a multiple of 64
    LargeVector<std::int8_t> weights_;  // as the kernels want them
    std::vector<float> scales_;         // padded to whole parts
    std::vector<float> bias_;
    std::vector<std::int32_t> offsets_;  // of each output, padded: undoes what is added to unsigned numbers
};

}  // namespace sightline
