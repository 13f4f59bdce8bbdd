#include "core/inference/fused_prefill.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "core/inference/work_team.h"

namespace sightline {
namespace {

constexpr int kCells = 5;
constexpr int kChannels = 40;
constexpr int kWidth = 48;
constexpr int kHeads = 2;  // of 24 numbers: not a whole number of blocks of outputs
constexpr int kTokens = 3;
constexpr int kClasses = 9;
constexpr int kEmbedding = 20;

// A layer, and the same in float.
struct Layer {
    std::vector<std::int8_t> weights;
    std::vector<float> scales;
    std::vector<float> bias;
    int outputs;
    int inputs;

    Int8Linear packed(SimdPath path) const { return {weights, scales, bias, outputs, inputs, path}; }

    // Rows of x in 8 bits by their largest magnitude, then exactly.
    std::vector<double> of(const std::vector<double>& x) const {
        const auto width = static_cast<std::size_t>(inputs);
        std::vector<double> y;
        for (std::size_t row = 0; row < x.size(); row += width) {
            double peak = 0.0;
            for (std::size_t i = 0; i < width; ++i) {
                peak = std::max(peak, std::abs(x[row + i]));
            }
            for (std::size_t o = 0; o < static_cast<std::size_t>(outputs); ++o) {
                double sum = 0.0;
                for (std::size_t i = 0; i < width; ++i) {
                    sum += std::nearbyint(x[row + i] * 127.0 / peak) * weights[o * width + i];
                }
                y.push_back(sum * peak / 127.0 * static_cast<double>(scales[o]) +
                            (bias.empty() ? 0.0 : static_cast<double>(bias[o])));
            }
        }
        return y;
    }
};

class Random {
public:
    std::vector<float> floats(int count) {
        std::normal_distribution<float> normal;
        std::vector<float> result(static_cast<std::size_t>(count));
        std::generate(result.begin(), result.end(), [&] { return normal(engine_); });
        return result;
    }

    Layer layer(int outputs, int inputs, bool biased = true) {
        std::uniform_int_distribution<int> byte(-127, 127);
        Layer made{{}, {}, biased ? floats(outputs) : std::vector<float>{}, outputs, inputs};
        for (int i = 0; i < outputs * inputs; ++i) {
            made.weights.push_back(static_cast<std::int8_t>(byte(engine_)));
        }
        made.scales.assign(static_cast<std::size_t>(outputs), 0.01F / std::sqrt(static_cast<float>(inputs)));
        return made;
    }

private:
    std::mt19937 engine_{5};
};

struct Network {
    Random random;
    Layer visual = random.layer(kWidth, kChannels);
    Layer detect = random.layer(kClasses, kChannels);
    Layer name = random.layer(kTokens * kWidth, kClasses, false);
    Layer predict = random.layer(kEmbedding, kChannels + kClasses);
    Layer expand = random.layer(kTokens * kWidth, kEmbedding);
    Layer first = random.layer(2 * kWidth, kWidth);
    Layer second = random.layer(2 * kWidth, kWidth);
    LayerNorm norm{random.floats(kWidth), random.floats(kWidth)};
    LayerNorm sentenceNorm{random.floats(kWidth), random.floats(kWidth)};
    std::vector<float> positions = random.floats(kCells * kWidth);
    std::vector<float> sentencePositions = random.floats(kTokens * kWidth);
    std::vector<float> features = random.floats(kCells * kChannels);

    PrefillWeights weights(SimdPath path, bool sentence) const {
        std::optional<SentenceWeights> predicted;
        if (sentence) {
            predicted = SentenceWeights{kTokens,
                                        ClassWeights{detect.packed(path), name.packed(path), 6.0F},
                                        predict.packed(path),
                                        expand.packed(path),
                                        sentenceNorm,
                                        sentencePositions};
        }
        return {kCells,
                kChannels,
                kWidth,
                kHeads,
                visual.packed(path),
                norm,
                positions,
                std::move(predicted),
                {first.packed(path), second.packed(path)}};
    }
};

std::vector<float> prefixOf(const Network& network, SimdPath path, bool sentence, const ParallelFor& parallel) {
    FusedPrefill prefill(network.weights(path, sentence), parallel);
    std::vector<float> prefix(static_cast<std::size_t>(2 * 2 * kWidth * prefill.prefixLength()));
    prefill.run(network.features, prefix);
    return prefix;
}

void serial(int count, const std::function<void(int, int)>& job) { job(0, count); }

std::vector<double> placed(std::vector<double> x, const LayerNorm& norm, const std::vector<float>& positions) {
    for (std::size_t row = 0; row < x.size(); row += kWidth) {
        double mean = 0.0;
        for (std::size_t i = 0; i < kWidth; ++i) {
            mean += x[row + i] / kWidth;
        }
        double squares = 0.0;
        for (std::size_t i = 0; i < kWidth; ++i) {
            squares += (x[row + i] - mean) * (x[row + i] - mean) / kWidth;
        }
        for (std::size_t i = 0; i < kWidth; ++i) {
            x[row + i] = (x[row + i] - mean) / std::sqrt(squares + 1e-5) * static_cast<double>(norm.weight[i]) +
                         static_cast<double>(norm.bias[i]) + static_cast<double>(positions[row + i]);
        }
    }
    return x;
}

// As models/sightline_models/decoder.py defines it, with rows in 8 bits.
std::vector<double> visualTokens(const Network& network, bool sentence) {
    const std::vector<double> features(network.features.begin(), network.features.end());
    const auto cells = placed(network.visual.of(features), network.norm, network.positions);
    if (!sentence) {
        return cells;
    }
    std::vector<double> summary(kChannels, 0.0);
    for (std::size_t i = 0; i < features.size(); ++i) {
        summary[i % kChannels] += features[i] / kCells;
    }
    const auto detected = network.detect.of(features);
    std::vector<double> seen(kClasses, 0.0);
    for (std::size_t i = 0; i < detected.size(); ++i) {
        seen[i % kClasses] = std::max(seen[i % kClasses], std::sqrt(1.0 / (1.0 + std::exp(-detected[i]))));
    }
    for (const double surest : seen) {
        summary.push_back(6.0 * surest);
    }
    auto tokens = network.expand.of(network.predict.of(summary));
    const auto named = network.name.of(seen);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        tokens[i] += named[i];
    }
    tokens = placed(std::move(tokens), network.sentenceNorm, network.sentencePositions);
    tokens.insert(tokens.end(), cells.begin(), cells.end());
    return tokens;
}

TEST(FusedPrefill, GivesTheKeysAndValuesOfItsDefinition) {
    const Network network;
    for (const bool sentence : {false, true}) {
        const auto tokens = visualTokens(network, sentence);
        const auto rows = tokens.size() / kWidth;
        const auto prefix = prefixOf(network, SimdPath::Portable, sentence, serial);
        ASSERT_EQ(prefix.size(), 2 * 2 * tokens.size());
        std::size_t block = 0;
        for (const Layer* layer : {&network.first, &network.second}) {
            const auto expected = layer->of(tokens);
            for (std::size_t i = 0; i < expected.size(); ++i) {
                const std::size_t row = i / (2 * kWidth);
                const std::size_t head = i % (2 * kWidth) / (kWidth / kHeads);  // those of keys, then those of values
                const std::size_t at =
                    ((block * 2 * kHeads + head) * rows + row) * (kWidth / kHeads) + i % (kWidth / kHeads);
                // A number that lies between two of 8 bits may go to the other one.
                EXPECT_NEAR(static_cast<double>(prefix[at]), expected[i], 0.03) << sentence << block << i;
            }
            ++block;
        }
    }
}

TEST(FusedPrefill, EveryPathAndAnyThreadsGiveTheSameBits) {
    const Network network;
    const auto expected = prefixOf(network, SimdPath::Portable, true, serial);
    for (const SimdPath path : simdPathsHere()) {
        EXPECT_EQ(prefixOf(network, path, true, serial), expected) << name(path);
    }
    WorkTeam team;
    EXPECT_EQ(prefixOf(network, bestSimdPath(), true,
                       [&team](int count, const WorkTeam::Job& job) { team.run(count, 2, job); }),
              expected);
}

}  // namespace
}  // namespace sightline
