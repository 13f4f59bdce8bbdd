#include "core/inference/int8_linear.h"

#include <algorithm>

#include "core/inference/simd_math.h"

namespace sightline {
namespace {

constexpr int kAlignment = 64;  // one AVX-512 register of bytes

constexpr std::int32_t kUnsignedShift = 128;

int padded(int width) { return (width + kAlignment - 1) / kAlignment * kAlignment; }

void makeUnsigned(std::span<std::int8_t> bytes) {
    for (std::int8_t& byte : bytes) {
        byte = static_cast<std::int8_t>(byte ^ kUnsignedShift);
    }
}

}  // namespace

Int8Linear::Int8Linear(std::span<const std::int8_t> weights, std::span<const float> scales, std::span<const float> bias,
                       int outputs, int inputs, const LinearKernels& kernels)
    : kernels_(&kernels), outputs_(outputs), inputs_(inputs), width_(padded(inputs)) {
    const int ofPart = outputsOfPart();
    const auto rows = static_cast<std::size_t>(parts() * ofPart);
    weights_.assign(rows * static_cast<std::size_t>(width_), 0);
    scales_.assign(rows, 0.0F);
    bias_.assign(rows, 0.0F);
    offsets_.assign(rows, 0);
    std::copy(scales.begin(), scales.end(), scales_.begin());
    std::copy(bias.begin(), bias.end(), bias_.begin());
    for (int o = 0; o < outputs; ++o) {
        for (int i = 0; i < inputs; ++i) {
            const std::int8_t value = weights[static_cast<std::size_t>(o) * inputs + i];
            std::size_t at = static_cast<std::size_t>(o) * width_ + i;
            if (kernels.interleaved) {
                const std::size_t four = static_cast<std::size_t>(o / ofPart) * (width_ / 4) + i / 4;
                at = (four * ofPart + o % ofPart) * 4 + i % 4;
            }
            if (kernels.numbers == RowNumbers::Unsigned) {
                offsets_[static_cast<std::size_t>(o)] += kUnsignedShift * value;
            }
            weights_[at] = value;
        }
    }
}

void Int8Linear::quantize(std::span<const float> x, int rows, QuantizedRows& to) const {
    to.rows = rows;
    to.width = width_;
    const auto width = static_cast<std::size_t>(width_);
    const auto columns = static_cast<std::size_t>(inputs_);
    to.values.assign(static_cast<std::size_t>(rows) * width, 0);
    to.scales.resize(static_cast<std::size_t>(rows));
    for (std::size_t r = 0; r < to.scales.size(); ++r) {
        to.scales[r] = quantizeRow(x.subspan(r * columns, columns), to.values.data() + r * width);
    }
    if (kernels_->numbers == RowNumbers::Unsigned) {
        makeUnsigned(to.values);
    }
}

void Int8Linear::apply(const QuantizedRows& x, int first, int last, float* y) const {
    LinearSums sums;
    for (int part = first; part < last; ++part) {
        const int start = part * outputsOfPart();
        const std::int8_t* w = weights_.data() + static_cast<std::ptrdiff_t>(start) * width_;
        const auto count = static_cast<std::size_t>(std::min(outputsOfPart(), outputs_ - start));
        for (int row = 0; row < x.rows;) {
            const int tiles = (x.rows - row + kernels_->rowsAtOnce - 1) / kernels_->rowsAtOnce;
            const int rows = (x.rows - row + tiles - 1) / tiles;  // no tile much smaller than the others
            kernels_->dot(x.values.data() + static_cast<std::ptrdiff_t>(row) * width_, rows, width_, w, sums);
            dequantize(y + static_cast<std::ptrdiff_t>(row) * outputs_ + start, count, outputs_, sums[0],
                       std::ssize(sums[0]),
                       std::span(x.scales).subspan(static_cast<std::size_t>(row), static_cast<std::size_t>(rows)),
                       {offsets_.data() + start, scales_.data() + start, bias_.data() + start});
            row += rows;
        }
    }
}

}  // namespace sightline
