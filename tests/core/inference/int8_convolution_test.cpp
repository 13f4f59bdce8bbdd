#include "core/inference/int8_convolution.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "core/inference/fused_encoder.h"
#include "core/inference/work_team.h"

namespace sightline {
namespace {

std::vector<SimdPath> pathsHere() {
    return bestSimdPath() == SimdPath::Portable ? std::vector{SimdPath::Portable}
                                                : std::vector{SimdPath::Portable, SimdPath::Avx2};
}

class Random {
public:
    int within(int least, int most) { return std::uniform_int_distribution<int>(least, most)(engine_); }

    std::vector<std::int16_t> activations(std::size_t count) {
        std::vector<std::int16_t> result(count);
        std::generate(result.begin(), result.end(), [&] { return static_cast<std::int16_t>(within(0, 255)); });
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

TEST(Int8Pointwise, EveryPathGivesTheExactBytes) {
    Random random;
    for (const auto& [outputs, inputs] : {std::pair{16, 8}, {24, 96}, {40, 27}, {112, 672}}) {
        for (const int pixels : {1, 2, 3, 4, 5, 6, 7, 8, 14, 29}) {
            const Convolution c = random.convolution(outputs, inputs, 1, 1, outputs % 16 == 0);
            const int stride = (inputs + 1) / 2 * 2;
            const auto x = random.activations(static_cast<std::size_t>(pixels * stride));
            for (const SimdPath path : pathsHere()) {
                const Int8Pointwise layer(c, kInput, path);
                std::vector<std::int16_t> y(static_cast<std::size_t>(pixels * outputs + kChannels), -1);
                for (int group = 0; group < layer.groups(); ++group) {
                    layer.apply(group, x.data(), pixels, y.data() + group * kChannels, outputs);
                }
                for (int p = 0; p < pixels; ++p) {
                    for (int o = 0; o < outputs; ++o) {
                        std::int64_t sum = 0;
                        for (int i = 0; i < inputs; ++i) {
                            sum += (x[static_cast<std::size_t>(p * stride + i)] - kInput.zero) *
                                   c.weights[static_cast<std::size_t>(o * inputs + i)];
                        }
                        ASSERT_EQ(y[static_cast<std::size_t>(p * outputs + o)], expected(c, kInput, o, sum))
                            << name(path) << ", " << pixels << " pixels of " << inputs << ", output " << o;
                    }
                }
            }
        }
    }
}

TEST(Int8Pointwise, LargestBytesDoNotSaturate) {
    for (const SimdPath path : pathsHere()) {
        Convolution c{16,
                      64,
                      1,
                      1,
                      0,
                      std::vector<std::int8_t>(16 * 64, -128),
                      std::vector<float>(16, 1.0F),
                      std::vector<float>(16, 0.0F),
                      64.0 * 255.0 * 128.0 / 200.0,
                      255,
                      false};
        const Int8Pointwise layer(c, {1.0, 0}, path);
        const std::vector<std::int16_t> x(64, 255);
        std::vector<std::int16_t> y(16);
        layer.apply(0, x.data(), 1, y.data(), 16);
        EXPECT_EQ(y.front(), 55) << name(path);
    }
}

TEST(Int8Depthwise, EveryPathGivesTheExactBytesWithAndWithoutOneSidedPadding) {
    Random random;
    constexpr int kSize = 9;
    constexpr int kDeep = 32;
    for (const auto& [kernel, stride, padding, led] :
         {std::tuple{3, 1, 1, false}, {5, 1, 2, false}, {3, 2, 1, false}, {4, 2, 1, true}, {6, 2, 2, true}}) {
        Convolution c = random.convolution(kDeep, 1, kernel, stride);
        c.padding = padding;
        for (std::size_t i = 0; led && i < c.weights.size(); ++i) {
            const int at = static_cast<int>(i) % (kernel * kernel);
            if (at < kernel || at % kernel == 0) {
                c.weights[i] = 0;
            }
        }
        const auto picture = random.activations(kSize * kSize * kDeep);
        for (const SimdPath path : pathsHere()) {
            const Int8Depthwise layer(c, kInput, path);
            const int outputs = (kSize + 2 * padding - kernel) / stride + 1;
            ASSERT_EQ(layer.outputSize(kSize), outputs);
            ASSERT_EQ(layer.kernel(), led ? kernel - 1 : kernel);
            const int padded = layer.paddedSize(kSize);
            for (int group = 0; group < 2; ++group) {
                std::vector<std::int16_t> x(static_cast<std::size_t>(padded * padded * kChannels), kInput.zero);
                for (int i = 0; i < padded * padded * kChannels; ++i) {
                    const int row = i / kChannels / padded - layer.before();
                    const int column = i / kChannels % padded - layer.before();
                    if (row >= 0 && row < kSize && column >= 0 && column < kSize) {
                        x[static_cast<std::size_t>(i)] = picture[static_cast<std::size_t>(
                            (row * kSize + column) * kDeep + group * kChannels + i % kChannels)];
                    }
                }
                for (int row = 0; row < outputs; ++row) {
                    std::vector<std::int16_t> y(static_cast<std::size_t>(outputs * kChannels));
                    layer.apply(group, x.data() + row * stride * padded * kChannels,
                                static_cast<std::ptrdiff_t>(padded) * kChannels, outputs, y.data(), kChannels);
                    for (int i = 0; i < outputs * kChannels; ++i) {
                        const int channel = group * kChannels + i % kChannels;
                        std::int64_t sum = 0;
                        for (int t = 0; t < kernel * kernel; ++t) {
                            const int fromRow = row * stride - padding + t / kernel;
                            const int fromColumn = i / kChannels * stride - padding + t % kernel;
                            if (fromRow >= 0 && fromRow < kSize && fromColumn >= 0 && fromColumn < kSize) {
                                sum += (picture[static_cast<std::size_t>((fromRow * kSize + fromColumn) * kDeep +
                                                                         channel)] -
                                        kInput.zero) *
                                       c.weights[static_cast<std::size_t>(channel * kernel * kernel + t)];
                            }
                        }
                        ASSERT_EQ(y[static_cast<std::size_t>(i)], expected(c, kInput, channel, sum))
                            << name(path) << ", " << kernel << "x" << kernel << ", row " << row << ", number " << i;
                    }
                }
            }
        }
    }
}

TEST(Int8Residual, EveryPathRoundsAsAFusedMultiplyAndAddDoes) {
    const Quantization first{0.34876611828804016, 126};
    const Quantization second{0.2814667522907257, 122};
    const Quantization sum{0.3658437132835388, 129};
    for (const SimdPath path : pathsHere()) {
        const Int8Residual residual(first, second, sum, path);
        for (int a = 0; a < 256; ++a) {
            std::vector<std::int16_t> x(256, static_cast<std::int16_t>(a));
            std::vector<std::int16_t> y(256);
            for (int b = 0; b < 256; ++b) {
                y[static_cast<std::size_t>(b)] = static_cast<std::int16_t>(b);
            }
            residual.apply(x.data(), y.data(), 256, 1, 256);
            const auto fs = static_cast<float>(first.scale);
            const auto ss = static_cast<float>(second.scale);
            for (int b = 0; b < 256; ++b) {
                volatile float total = std::fma(fs, static_cast<float>(a), -126.0F * fs) +
                                       std::fma(ss, static_cast<float>(b), -122.0F * ss);
                volatile float scaled = total * (1.0F / static_cast<float>(sum.scale));
                const int value = std::clamp(static_cast<int>(std::nearbyint(scaled)) + 129, 0, 255);
                ASSERT_EQ(y[static_cast<std::size_t>(b)], value) << name(path) << ", " << a << " + " << b;
            }
        }
    }
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

TEST(FusedEncoder, EveryPathAndThreadCountGivesTheSameFeatures) {
    Random random;
    const EncoderWeights weights = smallEncoder(random);
    constexpr int kSize = 45;
    std::vector<std::uint8_t> pixels(kSize * kSize * 3);
    std::generate(pixels.begin(), pixels.end(), [&] { return static_cast<std::uint8_t>(random.within(0, 255)); });
    std::vector<float> first;
    WorkTeam team;
    for (const SimdPath path : pathsHere()) {
        for (const int threads : {1, 2, 3}) {
            auto encoder = FusedEncoder::make(
                weights, kSize, path, [&](int count, const WorkTeam::Job& job) { team.run(count, threads, job); });
            ASSERT_TRUE(encoder) << encoder.error().message;
            ASSERT_EQ(encoder->cells(), 12 * 12);
            ASSERT_EQ(encoder->channels(), 64);
            for (int again = 0; again < 2; ++again) {
                std::vector<float> features(12 * 12 * 64, -1.0F);
                encoder->encode(pixels.data(), features.data());
                if (first.empty()) {
                    first = features;
                    EXPECT_GT(*std::ranges::max_element(features), 0.0F);
                }
                EXPECT_EQ(features, first) << name(path) << ", " << threads << " threads";
            }
        }
    }
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
