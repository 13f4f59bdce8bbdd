#include "core/inference/int8_convolution.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "core/inference/fused_encoder.h"
#include "core/inference/work_team.h"
#include "tests/support/emulated_kernels.h"

namespace sightline {
namespace {

// run(name, kernels) with those of this CPU and those that are emulated.
template <typename Run>
void withAllKernels(const Run& run) {
    for (const SimdPath path : simdPathsHere()) {
        if (takesBytes(path)) {
            run(name(path), byteKernels(path));
        } else {
            run(name(path), wordKernels(path));
        }
    }
    for (const test::EmulatedKernels& emulated : test::emulatedKernels()) {
        run(emulated.name, *emulated.convolutions);
    }
}

class Random {
public:
    // The same with every standard library.
    int within(int least, int most) {
        return least + static_cast<int>(engine_() % static_cast<unsigned>(most - least + 1));
    }

    std::vector<int> activations(std::size_t count) {
        std::vector<int> result(count);
        std::generate(result.begin(), result.end(), [&] { return within(0, 255); });
        return result;
    }

    Convolution convolution(int outputs, int inputs, int kernel = 1, int stride = 1, bool relu = true) {
        Convolution c{outputs, inputs, kernel, stride, kernel / 2, {}, {}, {}, 6.0 / 255.0, relu ? 0 : 121, relu};
        for (int i = 0; i < outputs * inputs * kernel * kernel; ++i) {
            c.weights.push_back(static_cast<std::int8_t>(within(-128, 127)));
        }
        const float fan = std::sqrt(static_cast<float>(inputs * kernel * kernel));
        for (int o = 0; o < outputs; ++o) {
            c.weightScales.push_back(0.01F * static_cast<float>(within(50, 150)) / 100.0F / fan);
            c.bias.push_back(static_cast<float>(within(-100, 300)) / 100.0F);
        }
        return c;
    }

private:
    std::mt19937 engine_{11};
};

constexpr Quantization kInput{0.02, 7};

// The definition at the head of int8_convolution.h, word for word.
int expected(const Convolution& c, const Quantization& input, int output, std::int64_t sum) {
    const auto o = static_cast<std::size_t>(output);
    volatile float value = static_cast<float>(input.scale) * c.weightScales[o];  // volatile: each step is rounded
    value = static_cast<float>(sum) * value;
    value = value + c.bias[o];
    if (c.relu && value < 0.0F) {
        value = 0.0F;
    }
    value = value * static_cast<float>(1.0 / c.outputScale);
    value = value + static_cast<float>(c.outputZero);
    return static_cast<int>(std::nearbyint(std::clamp(static_cast<float>(value), 0.0F, 255.0F)));
}

// All weights of an output are alike.
Convolution extreme(int outputs, int inputs, int kernel, int padding, double outputScale) {
    Convolution c{outputs, inputs, kernel, 1, padding, {}, {}, {}, outputScale, 128, false};
    for (int o = 0; o < outputs; ++o) {
        c.weights.insert(c.weights.end(), static_cast<std::size_t>(inputs * kernel * kernel),
                         static_cast<std::int8_t>(o % 2 == 0 ? -128 : 127));
    }
    c.weightScales.assign(static_cast<std::size_t>(outputs), 1.0F);
    c.bias.assign(static_cast<std::size_t>(outputs), 0.0F);
    return c;
}

// Numbers of x past the inputs are of any value.
template <typename Activation>
void expectPointwise(const Convolution& c, const Quantization& input, const std::vector<int>& x, int pixels,
                     const std::string& what, const ConvolutionKernels<Activation>& kernels) {
    const int inputs = static_cast<int>(c.weights.size()) / c.outputs;
    const Int8Pointwise<Activation> layer(c, input, kernels);
    const int stride = layer.inputs();
    std::vector<Activation> rows(static_cast<std::size_t>(pixels * stride), Activation{93});
    for (int p = 0; p < pixels; ++p) {
        for (int i = 0; i < inputs; ++i) {
            rows[static_cast<std::size_t>(p * stride + i)] =
                static_cast<Activation>(x[static_cast<std::size_t>(p * inputs + i)]);
        }
    }
    const int outStride = c.outputs + 3;
    std::vector<Activation> y(static_cast<std::size_t>(pixels * outStride), Activation{77});
    for (int group = 0; group < layer.groups(); ++group) {
        layer.apply(group, rows.data(), pixels, y.data() + group * kChannels, outStride);
    }
    for (int p = 0; p < pixels; ++p) {
        for (int o = 0; o < outStride; ++o) {
            std::int64_t sum = 0;
            for (int i = 0; o < c.outputs && i < inputs; ++i) {
                sum += (x[static_cast<std::size_t>(p * inputs + i)] - input.zero) *
                       c.weights[static_cast<std::size_t>(o * inputs + i)];
            }
            ASSERT_EQ(y[static_cast<std::size_t>(p * outStride + o)], o < c.outputs ? expected(c, input, o, sum) : 77)
                << what << ", " << pixels << " pixels of " << inputs << ", output " << o;
        }
    }
}

TEST(Int8Pointwise, EveryPathGivesTheExactBytes) {
    Random random;
    for (const auto& [outputs, inputs] : {std::pair{16, 8}, {24, 96}, {40, 27}, {8, 3}, {17, 1}, {112, 672}}) {
        for (int pixels = 1; pixels < 32; ++pixels) {
            const Convolution c = random.convolution(outputs, inputs, 1, 1, outputs % 16 == 0);
            const auto x = random.activations(static_cast<std::size_t>(pixels * inputs));
            withAllKernels(
                [&](const char* set, const auto& kernels) { expectPointwise(c, kInput, x, pixels, set, kernels); });
        }
    }
}

TEST(Int8Pointwise, NoByteIsLessThanTheZeroPointWithRelu) {
    Random random;
    Convolution c = random.convolution(16, 8);
    c.outputZero = 31;
    std::ranges::fill(c.bias, -0.3F);  // so that some are
    const auto x = random.activations(static_cast<std::size_t>(20 * 8));
    withAllKernels([&](const char* set, const auto& kernels) { expectPointwise(c, kInput, x, 20, set, kernels); });
}

TEST(Int8Pointwise, NumbersThatNoIntegerHoldsAreTheLargestByteOrTheLeast) {
    const std::vector<int> x(std::size_t{3 * 8}, 255);
    // Beyond 32 bits and, in the middle, at the end of what they hold.
    for (const double outputScale : {1e-30, 8 * 255.0 * 128.0 / 0x1p30, 8 * 255.0 * 128.0 / 0x1p31}) {
        Convolution c = extreme(32, 8, 1, 0, outputScale);  // every other output's weights are negative
        for (const auto& [relu, zero] : {std::pair{false, 128}, {true, 128}, {false, 0}, {true, 0}}) {
            c.relu = relu;
            c.outputZero = zero;
            withAllKernels([&](const char* set, const auto& kernels) {
                expectPointwise(c, {1.0, 0}, x, 3, set, kernels);
            });
        }
    }
}

TEST(Int8Pointwise, LargestBytesDoNotSaturate) {
    for (const int inputs : {1, 2, 63, 64, 1280}) {
        const Convolution c = extreme(32, inputs, 1, 0, inputs * 255.0 * 128.0 / 100.0);
        for (const int zero : {0, 255}) {
            withAllKernels([&](const char* set, const auto& kernels) {
                const std::vector<int> x(static_cast<std::size_t>(3 * inputs), 255 - zero);
                expectPointwise(c, {1.0, zero}, x, 3, set, kernels);
            });
        }
    }
}

// The definition over a picture of size x size, and all rows of the layer's output beside it.
template <typename Activation>
void expectDepthwise(const Convolution& c, const Quantization& input, const std::vector<int>& picture, int size,
                     const std::string& what, const ConvolutionKernels<Activation>& kernels) {
    const Int8Depthwise<Activation> layer(c, input, kernels);
    const int outputs = (size + 2 * c.padding - c.kernel) / c.stride + 1;
    ASSERT_EQ(layer.outputSize(size), outputs);
    ASSERT_EQ(layer.kernel(), ledByZeros(c) ? c.kernel - 1 : c.kernel);
    const int padded = layer.paddedSize(size);
    for (int group = 0; group < c.outputs / kChannels; ++group) {
        const int numbers = padded * padded * kChannels;
        std::vector<Activation> x(static_cast<std::size_t>(numbers + kSlack), static_cast<Activation>(input.zero));
        std::fill(x.begin() + numbers, x.end(), Activation{201});
        for (int i = 0; i < numbers; ++i) {
            const int row = i / kChannels / padded - layer.before();
            const int column = i / kChannels % padded - layer.before();
            if (row >= 0 && row < size && column >= 0 && column < size) {
                const int at = (row * size + column) * c.outputs + group * kChannels + i % kChannels;
                x[static_cast<std::size_t>(i)] = static_cast<Activation>(picture[static_cast<std::size_t>(at)]);
            }
        }
        for (int row = 0; row < outputs; ++row) {
            std::vector<Activation> y(static_cast<std::size_t>(outputs * kChannels));
            layer.apply(group, x.data() + row * c.stride * padded * kChannels,
                        static_cast<std::ptrdiff_t>(padded) * kChannels, outputs, y.data(), kChannels);
            for (int i = 0; i < outputs * kChannels; ++i) {
                const int channel = group * kChannels + i % kChannels;
                std::int64_t sum = 0;
                for (int t = 0; t < c.kernel * c.kernel; ++t) {
                    const int fromRow = row * c.stride - c.padding + t / c.kernel;
                    const int fromColumn = i / kChannels * c.stride - c.padding + t % c.kernel;
                    if (fromRow >= 0 && fromRow < size && fromColumn >= 0 && fromColumn < size) {
                        const int at = (fromRow * size + fromColumn) * c.outputs + channel;
                        sum += (picture[static_cast<std::size_t>(at)] - input.zero) *
                               c.weights[static_cast<std::size_t>(channel * c.kernel * c.kernel + t)];
                    }
                }
                ASSERT_EQ(y[static_cast<std::size_t>(i)], expected(c, input, channel, sum))
                    << what << ", " << c.kernel << "x" << c.kernel << " by " << c.stride << ", " << size
                    << " columns, row " << row << ", number " << i;
            }
        }
    }
}

TEST(Int8Depthwise, EveryPathGivesTheExactBytesWithAndWithoutOneSidedPadding) {
    Random random;
    constexpr int kDeep = 32;
    for (const auto& [kernel, stride, padding, led] : {std::tuple{3, 1, 1, false},
                                                       {5, 1, 2, false},
                                                       {3, 2, 1, false},
                                                       {5, 2, 2, false},
                                                       {4, 2, 1, true},
                                                       {6, 2, 2, true},
                                                       {4, 1, 1, true},
                                                       {1, 1, 0, false},
                                                       {2, 1, 1, false},
                                                       {7, 1, 3, false},
                                                       {7, 2, 3, false},
                                                       {3, 3, 1, false},
                                                       {5, 4, 0, false}}) {
        for (const int size : {6, 7, 9, 14}) {
            Convolution c = random.convolution(kDeep, 1, kernel, stride);
            c.padding = padding;
            for (std::size_t i = 0; led && i < c.weights.size(); ++i) {
                const int at = static_cast<int>(i) % (kernel * kernel);
                if (at < kernel || at % kernel == 0) {
                    c.weights[i] = 0;
                }
            }
            ASSERT_EQ(ledByZeros(c), led);
            const auto picture = random.activations(static_cast<std::size_t>(size * size * kDeep));
            withAllKernels(
                [&](const char* set, const auto& kernels) { expectDepthwise(c, kInput, picture, size, set, kernels); });
        }
    }
}

TEST(Int8Depthwise, LargestBytesDoNotSaturate) {
    for (const int kernel : {3, 5, 7}) {
        const Convolution c = extreme(16, 1, kernel, kernel / 2, kernel * kernel * 255.0 * 128.0 / 100.0);
        for (const int zero : {0, 255}) {
            withAllKernels([&](const char* set, const auto& kernels) {
                expectDepthwise(c, {1.0, zero}, std::vector<int>(8 * 8 * 16, 255 - zero), 8, set, kernels);
            });
        }
    }
}

TEST(Int8Residual, EveryPathRoundsAsAFusedMultiplyAndAddDoes) {
    const Quantization first{0.34876611828804016, 126};
    const Quantization second{0.2814667522907257, 122};
    const Quantization sum{0.3658437132835388, 129};
    withAllKernels([&]<typename Activation>(const char* set, const ConvolutionKernels<Activation>& kernels) {
        const Int8Residual<Activation> residual(first, second, sum, kernels);
        for (int a = 0; a < 256; ++a) {
            const std::vector<Activation> x(256, static_cast<Activation>(a));
            std::vector<Activation> y(256 + 8, Activation{33});  // the last eight belong to another thread
            std::iota(y.begin(), y.begin() + 256, Activation{0});
            residual.apply(x.data(), y.data(), 256, 1, 256);
            const auto fs = static_cast<float>(first.scale);
            const auto ss = static_cast<float>(second.scale);
            for (int b = 0; b < 256; ++b) {
                volatile float total = std::fma(fs, static_cast<float>(a), -126.0F * fs) +
                                       std::fma(ss, static_cast<float>(b), -122.0F * ss);
                volatile float scaled = total * (1.0F / static_cast<float>(sum.scale));
                const int value = std::clamp(static_cast<int>(std::nearbyint(scaled)) + 129, 0, 255);
                ASSERT_EQ(y[static_cast<std::size_t>(b)], value) << set << ", " << a << " + " << b;
            }
            ASSERT_EQ(y.back(), 33) << set;
        }
    });
}

EncoderWeights smallEncoder(Random& random) {
    EncoderBackbone backbone;
    backbone.stem = random.convolution(32, 3, 3, 2);
    EncoderBlock plain{{}, random.convolution(32, 1, 3), random.convolution(16, 32, 1, 1, false), {}};
    EncoderBlock smaller{
        random.convolution(48, 16), random.convolution(48, 1, 5, 2), random.convolution(24, 48, 1, 1, false), {}};
    EncoderBlock added{random.convolution(144, 24), random.convolution(144, 1, 3),
                       random.convolution(24, 144, 1, 1, false), Quantization{0.05, 120}};
    backbone.blocks = {plain, smaller, added};
    for (EncoderBlock& block : backbone.blocks) {
        block.project.outputScale = 0.04;
    }
    backbone.head = random.convolution(32, 24);
    return {{1.0 / 128.0, 127}, {backbone, backbone}};
}

// FNV-1a of the numbers' bits.
std::uint32_t digest(const std::vector<float>& numbers) {
    std::uint32_t hash = 2166136261U;
    for (const float number : numbers) {
        hash = (hash ^ std::bit_cast<std::uint32_t>(number)) * 16777619U;
    }
    return hash;
}

constexpr std::uint32_t kSmallEncoderDigest = 0xb584e8bdU;  // on x86-64 and AArch64

TEST(FusedEncoder, EveryPathAndThreadCountGivesTheSameFeatures) {
    Random random;
    const EncoderWeights weights = smallEncoder(random);
    constexpr int kSize = 45;
    std::vector<std::uint8_t> pixels(kSize * kSize * 3);
    std::generate(pixels.begin(), pixels.end(), [&] { return static_cast<std::uint8_t>(random.within(0, 255)); });
    std::vector<float> first;
    WorkTeam team;
    withAllKernels([&](const char* set, const auto& kernels) {
        for (const int threads : {1, 2, 3}) {
            auto encoder = FusedEncoder::make(
                weights, kSize, kernels, [&](int count, const WorkTeam::Job& job) { team.run(count, threads, job); });
            ASSERT_TRUE(encoder) << encoder.error().message;
            ASSERT_EQ(encoder->cells(), 12 * 12);
            ASSERT_EQ(encoder->channels(), 64);
            for (int again = 0; again < 2; ++again) {
                std::vector<float> features(12 * 12 * 64, -1.0F);
                encoder->encode(pixels.data(), features.data());
                if (first.empty()) {
                    first = features;
                    EXPECT_GT(*std::ranges::max_element(features), 0.0F);
                    EXPECT_EQ(digest(features), kSmallEncoderDigest) << set;
                }
                EXPECT_EQ(features, first) << set << ", " << threads << " threads";
            }
        }
    });
}

TEST(FusedEncoder, LayersThatItDoesNotFitAreRefused) {
    Random random;
    const auto refused = [](const EncoderWeights& weights) {
        return !FusedEncoder::make(weights, 45, SimdPath::Portable, [](int, const WorkTeam::Job&) {});
    };
    const EncoderWeights sound = smallEncoder(random);
    EXPECT_FALSE(refused(sound));
    EncoderWeights weights = sound;
    weights.backbones[1].blocks[1].depthwise.outputs = 40;
    EXPECT_TRUE(refused(weights));
    weights = sound;
    weights.backbones[0].blocks[2].project.weights.pop_back();
    EXPECT_TRUE(refused(weights));
    weights = sound;
    weights.backbones[0].blocks[1].sum = Quantization{1.0, 0};  // its output is smaller than its input
    EXPECT_TRUE(refused(weights));
    weights = sound;
    weights.backbones[0].head = random.convolution(24, 24);
    EXPECT_TRUE(refused(weights));
    weights.backbones.clear();
    EXPECT_TRUE(refused(weights));
}

}  // namespace
}  // namespace sightline
