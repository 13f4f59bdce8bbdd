#include "core/inference/int8_linear.h"

#include <algorithm>

#include "core/inference/simd_math.h"

namespace sightline {
namespace {

constexpr int kAlignment = 64;  // one AVX-512 register of bytes

int padded(int width) { return (width + kAlignment - 1) / kAlignment * kAlignment; }

}  // namespace

void QuantizedRows::assign(std::span<const float> x, int rowCount) {
    const auto columns = static_cast<int>(x.size()) / rowCount;
    rows = rowCount;
    width = padded(columns);
    values.assign(static_cast<std::size_t>(rows) * width, 0);
    scales.resize(static_cast<std::size_t>(rows));
    for (int r = 0; r < rows; ++r) {
        const auto row = x.subspan(static_cast<std::size_t>(r) * columns, static_cast<std::size_t>(columns));
        scales[static_cast<std::size_t>(r)] = quantizeRow(row, values.data() + static_cast<std::ptrdiff_t>(r) * width);
    }
}

Int8Linear::Int8Linear(std::span<const std::int8_t> weights, std::span<const float> scales, std::span<const float> bias,
                       int outputs, int inputs, const LinearKernels& kernels)
    : kernels_(&kernels), outputs_(outputs), inputs_(inputs), width_(padded(inputs)) {
    const auto rows = static_cast<std::size_t>(blocks()) * kBlock;
    weights_.assign(rows * static_cast<std::size_t>(width_), 0);
    scales_.assign(rows, 0.0F);
    bias_.assign(rows, 0.0F);
    offsets_.assign(rows, 0);
    std::copy(scales.begin(), scales.end(), scales_.begin());
    std::copy(bias.begin(), bias.end(), bias_.begin());
    for (int o = 0; o < outputs; ++o) {
        const int block = o / kBlock;
        const int lane = o % kBlock;
        for (int i = 0; i < inputs; ++i) {
            const std::int8_t value = weights[static_cast<std::size_t>(o) * inputs + i];
            std::size_t at = static_cast<std::size_t>(o) * width_ + i;
            if (kernels.interleaved) {
                at = (static_cast<std::size_t>(block) * (width_ / 4) + i / 4) * (kBlock * 4) + lane * 4 + i % 4;
            }
            offsets_[static_cast<std::size_t>(o)] += kernels.added * value;
            weights_[at] = value;
        }
    }
}

void Int8Linear::apply(const QuantizedRows& x, int first, int last, float* y) const {
    std::int32_t sums[kMostRowsAtOnce][kBlock];
    const int rowsAtOnce = kernels_->rowsAtOnce;
    for (int block = first; block < last; ++block) {
        const std::int8_t* w = weights_.data() + static_cast<std::ptrdiff_t>(block) * kBlock * width_;
        const int start = block * kBlock;
        const int count = std::min(kBlock, outputs_ - start);
        for (int row = 0; row < x.rows; row += rowsAtOnce) {
            const int rows = std::min(rowsAtOnce, x.rows - row);
            const std::int8_t* values = x.values.data() + static_cast<std::ptrdiff_t>(row) * width_;
            kernels_->dot(values, rows, width_, w, sums);
            for (int r = 0; r < rows; ++r) {
                float* out = y + static_cast<std::ptrdiff_t>(row + r) * outputs_ + start;
                const float scale = x.scales[static_cast<std::size_t>(row + r)];
                for (int o = 0; o < count; ++o) {
                    const auto sum = static_cast<float>(sums[r][o] - offsets_[static_cast<std::size_t>(start + o)]);
                    out[o] = sum * scale * scales_[static_cast<std::size_t>(start + o)] +
                             bias_[static_cast<std::size_t>(start + o)];
                }
            }
        }
    }
}

}  // namespace sightline
