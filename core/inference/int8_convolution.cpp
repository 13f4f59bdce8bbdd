#include "core/inference/int8_convolution.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sightline {
namespace {

using Size = std::size_t;

constexpr double kLargestProduct = 255.0 * 128.0;
constexpr double kSafe = 1 << 30;  // of floats that become 32-bit numbers, however they were rounded

// Where a channel lies in its group.
int placeOf(int channel, const std::array<int, kChannels>& order) {
    return static_cast<int>(std::ranges::find(order, channel % kChannels) - order.begin());
}

template <typename Activation>
Requantization requantization(const Convolution& convolution, const Quantization& input,
                              const ConvolutionKernels<Activation>& kernels) {
    Requantization to;
    const int groups = (convolution.outputs + kChannels - 1) / kChannels;
    const auto rows = static_cast<Size>(groups * kChannels);
    to.offsets.assign(rows, 0);
    to.scales.assign(rows, 0.0F);
    to.bias.assign(rows, 0.0F);
    const auto inputs = static_cast<std::ptrdiff_t>(convolution.weights.size()) / convolution.outputs;
    double largest = 0.0;
    for (int o = 0; o < convolution.outputs; ++o) {
        const auto at = static_cast<Size>(o / kChannels * kChannels + placeOf(o, kernels.order));
        const auto first = convolution.weights.begin() + o * inputs;
        to.offsets[at] = -(input.zero + kernels.added) * std::accumulate(first, first + inputs, 0);
        to.scales[at] = static_cast<float>(input.scale) * convolution.weightScales[static_cast<Size>(o)];
        to.bias[at] = convolution.bias[static_cast<Size>(o)];
        const double sum = kLargestProduct * static_cast<double>(inputs);
        largest = std::max(largest, sum * std::abs(to.scales[at]) + std::abs(to.bias[at]));
    }
    to.inverse = static_cast<float>(1.0 / convolution.outputScale);
    to.zero = static_cast<float>(convolution.outputZero);
    to.least = convolution.relu ? to.zero : 0.0F;  // rounding keeps the order: the same as ReLU before the last steps
    to.bare = convolution.outputZero == 0 && largest * std::abs(to.inverse) < kSafe;
    return to;
}

int roundedUp(int count, int multiple) { return (count + multiple - 1) / multiple * multiple; }

}  // namespace

bool ledByZeros(const Convolution& convolution) {
    const auto size = static_cast<Size>(convolution.kernel);
    for (Size i = 0; i < convolution.weights.size(); ++i) {
        const Size at = i % (size * size);
        if ((at < size || at % size == 0) && convolution.weights[i] != 0) {
            return false;
        }
    }
    return size > 1;
}

GroupRequantization Requantization::of(int group) const {
    const auto first = static_cast<std::ptrdiff_t>(group) * kChannels;
    return {offsets.data() + first, scales.data() + first, bias.data() + first, inverse, zero, least, bare};
}

template <typename Activation>
Int8Pointwise<Activation>::Int8Pointwise(const Convolution& convolution, const Quantization& input,
                                         const ConvolutionKernels<Activation>& kernels)
    : kernels_(&kernels), outputs_(convolution.outputs),
      inputs_(roundedUp(static_cast<int>(convolution.weights.size()) / convolution.outputs, kTogether<Activation>)),
      to_(requantization(convolution, input, kernels)) {
    constexpr int together = kTogether<Activation>;
    const auto inputs = static_cast<int>(convolution.weights.size()) / outputs_;
    weights_.assign(static_cast<Size>(groups()) * kChannels * static_cast<Size>(inputs_), 0);
    for (int o = 0; o < outputs_; ++o) {
        const int place = placeOf(o, kernels.order);
        for (int i = 0; i < inputs; ++i) {
            const int row = o / kChannels * inputs_ + i / together * together;
            weights_[static_cast<Size>(row * kChannels + place * together + i % together)] =
                convolution.weights[static_cast<Size>(o * inputs + i)];
        }
    }
}

template <typename Activation>
void Int8Pointwise<Activation>::apply(int group, const Activation* x, int pixels, Activation* out,
                                      std::ptrdiff_t outStride) const {
    kernels_->pointwise(x, inputs_, pixels, weights_.data() + static_cast<std::ptrdiff_t>(group) * kChannels * inputs_,
                        to_.of(group), std::min(kChannels, outputs_ - group * kChannels), out, outStride);
}

template <typename Activation>
Int8Depthwise<Activation>::Int8Depthwise(const Convolution& convolution, const Quantization& input,
                                         const ConvolutionKernels<Activation>& kernels)
    : kernels_(&kernels), channels_(convolution.outputs), kernel_(convolution.kernel), stride_(convolution.stride),
      before_(convolution.padding), total_(2 * convolution.padding), to_(requantization(convolution, input, kernels)) {
    const int skipped = ledByZeros(convolution) ? 1 : 0;
    kernel_ -= skipped;
    before_ -= skipped;
    total_ -= skipped;
    constexpr int together = kTogether<Activation>;
    const int quads = depthwiseQuads(kernel_);
    groupLength_ =
        kBytes<Activation> ? kernel_ * 4 * quads * kChannels * 4 : roundedUp(kernel_ * kernel_, 2) * kChannels;
    const int groups = (channels_ + kChannels - 1) / kChannels;
    weights_.assign(static_cast<Size>(groups * groupLength_), 0);
    for (int c = 0; c < channels_; ++c) {
        const int place = placeOf(c, kernels.order);
        auto* group = weights_.data() + static_cast<std::ptrdiff_t>(c / kChannels) * groupLength_;
        for (int t = 0; t < kernel_ * kernel_; ++t) {
            const int row = t / kernel_;
            const int column = t % kernel_;
            const int from = (c * convolution.kernel + row + skipped) * convolution.kernel + column + skipped;
            const std::int8_t weight = convolution.weights[static_cast<Size>(from)];
            if constexpr (kBytes<Activation>) {
                for (int begin = 0; begin < 4; ++begin) {
                    const int quad = (row * 4 + begin) * quads + (begin + column) / 4;
                    group[(quad * kChannels + place) * 4 + (begin + column) % 4] = weight;
                }
            } else {
                group[(t / together * kChannels + place) * together + t % together] = weight;
            }
        }
    }
}

template <typename Activation>
void Int8Depthwise<Activation>::apply(int group, const Activation* x, std::ptrdiff_t rowStride, int pixels,
                                      Activation* out, std::ptrdiff_t outStride) const {
    kernels_->depthwise(x, rowStride, kernel_, stride_, pixels,
                        weights_.data() + static_cast<std::ptrdiff_t>(group) * groupLength_, to_.of(group), out,
                        outStride);
}

template <typename Activation>
Int8Residual<Activation>::Int8Residual(const Quantization& first, const Quantization& second, const Quantization& sum,
                                       const ConvolutionKernels<Activation>& kernels)
    : kernels_(&kernels) {
    const auto firstScale = static_cast<float>(first.scale);
    const auto secondScale = static_cast<float>(second.scale);
    steps_ = {firstScale,
              static_cast<float>(-first.zero) * firstScale,
              secondScale,
              static_cast<float>(-second.zero) * secondScale,
              1.0F / static_cast<float>(sum.scale),
              sum.zero};
}

template <typename Activation>
void Int8Residual<Activation>::apply(const Activation* first, Activation* sum, int channels, int pixels,
                                     std::ptrdiff_t stride) const {
    kernels_->residual(first, sum, channels, pixels, stride, steps_);
}

template class Int8Pointwise<std::uint8_t>;
template class Int8Pointwise<std::int16_t>;
template class Int8Depthwise<std::uint8_t>;
template class Int8Depthwise<std::int16_t>;
template class Int8Residual<std::uint8_t>;
template class Int8Residual<std::int16_t>;

}  // namespace sightline
