#include "core/inference/fused_decoder.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "core/inference/simd_math.h"

namespace sightline {
namespace {

constexpr int kWidth = 48;
constexpr int kHeads = 3;
constexpr int kPrefix = 5;
constexpr int kLongest = 7;
constexpr int kVocabulary = 37;

class Random {
public:
    std::vector<float> floats(int count, float spread = 1.0F) {
        std::normal_distribution<float> normal(0.0F, spread);
        std::vector<float> result(static_cast<std::size_t>(count));
        std::generate(result.begin(), result.end(), [&] { return normal(engine_); });
        return result;
    }

    std::vector<std::int8_t> bytes(int count) {
        std::uniform_int_distribution<int> uniform(-127, 127);
        std::vector<std::int8_t> result(static_cast<std::size_t>(count));
        std::generate(result.begin(), result.end(), [&] { return static_cast<std::int8_t>(uniform(engine_)); });
        return result;
    }

private:
    std::mt19937 engine_{7};
};

void serial(int count, const std::function<void(int, int)>& job) { job(0, count); }

Int8Linear linear(Random& random, int outputs, int inputs, SimdPath path) {
    return {random.bytes(outputs * inputs),
            std::vector<float>(static_cast<std::size_t>(outputs), 0.004F),
            random.floats(outputs, 0.1F),
            outputs,
            inputs,
            path};
}

LayerNorm norm() { return {std::vector<float>(kWidth, 1.0F), std::vector<float>(kWidth, 0.0F)}; }

FusedDecoder smallDecoder(SimdPath path) {
    Random random;
    std::vector<DecoderBlock> blocks;
    for (int i = 0; i < 2; ++i) {
        blocks.push_back({norm(), linear(random, 3 * kWidth, kWidth, path), linear(random, kWidth, kWidth, path),
                          norm(), linear(random, 4 * kWidth, kWidth, path), linear(random, kWidth, 4 * kWidth, path)});
    }
    DecoderWeights weights{kWidth,
                           kHeads,
                           random.bytes(kVocabulary * kWidth),
                           std::vector<float>(kVocabulary, 0.01F),
                           random.floats((kLongest + 1) * kWidth),
                           std::move(blocks),
                           norm(),
                           linear(random, kVocabulary, kWidth, path)};
    return {std::move(weights), kLongest, kPrefix, serial};
}

std::vector<float> prefix() { return Random().floats(2 * 2 * kPrefix * kWidth); }

std::vector<float> copy(std::span<const float> values) { return {values.begin(), values.end()}; }

TEST(SimdMath, AgreesWithTheStandardLibrary) {
    const auto x = Random().floats(1000, 4.0F);
    std::vector<float> y = x;
    gelu(y);
    double sum = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double v = x[i];
        EXPECT_NEAR(y[i], 0.5 * v * (1.0 + std::tanh(0.7978845608 * (v + 0.044715 * v * v * v))), 1e-5);
        sum += std::exp(v - 20.0);
    }
    EXPECT_NEAR(sumOfExponentials(x, 20.0F) / sum, 1.0, 1e-5);
    EXPECT_EQ(largest(x), *std::max_element(x.begin(), x.end()));
}

TEST(FusedDecoder, EveryPathGivesTheSameLogits) {
    const auto keysAndValues = prefix();
    std::vector<std::vector<float>> found;
    for (const SimdPath path : simdPathsHere()) {
        FusedDecoder decoder = smallDecoder(path);
        decoder.start(keysAndValues, 2);
        decoder.step(std::vector<TokenId>{1}, 0);
        decoder.reorder(std::vector<int>{0, 0}, 1);
        found.push_back(copy(decoder.step(std::vector<TokenId>{3, 4}, 1)));
    }
    for (const auto& logits : found) {
        EXPECT_EQ(logits, found.front());
    }
}

// Whatever beams were exchanged on the way, a beam scores as if its own tokens had been fed from the start.
TEST(FusedDecoder, AReorderedBeamScoresLikeItsOwnHistory) {
    const auto keysAndValues = prefix();
    FusedDecoder decoder = smallDecoder(bestSimdPath());
    decoder.start(keysAndValues, 3);
    decoder.step(std::vector<TokenId>{1}, 0);
    decoder.reorder(std::vector<int>{0, 0, 0}, 1);
    decoder.step(std::vector<TokenId>{10, 11, 12}, 1);
    decoder.reorder(std::vector<int>{2, 0, 2}, 2);
    decoder.step(std::vector<TokenId>{20, 21, 22}, 2);
    decoder.reorder(std::vector<int>{1, 2, 0}, 3);
    const auto logits = copy(decoder.step(std::vector<TokenId>{30, 31, 32}, 3));

    const std::vector<std::vector<TokenId>> histories{{1, 10, 21, 30}, {1, 12, 22, 31}, {1, 12, 20, 32}};
    for (std::size_t beam = 0; beam < histories.size(); ++beam) {
        FusedDecoder alone = smallDecoder(bestSimdPath());
        alone.start(keysAndValues, 1);
        std::vector<float> expected;
        for (std::size_t t = 0; t < histories[beam].size(); ++t) {
            expected = copy(alone.step(std::vector<TokenId>{histories[beam][t]}, static_cast<int>(t)));
        }
        for (int i = 0; i < kVocabulary; ++i) {
            EXPECT_FLOAT_EQ(logits[beam * kVocabulary + static_cast<std::size_t>(i)],
                            expected[static_cast<std::size_t>(i)]);
        }
    }
}

TEST(FusedDecoder, SeesThePicture) {
    FusedDecoder decoder = smallDecoder(bestSimdPath());
    const auto one = prefix();
    auto other = one;
    std::reverse(other.begin(), other.end());
    decoder.start(one, 1);
    const auto first = copy(decoder.step(std::vector<TokenId>{1}, 0));
    decoder.start(other, 1);
    EXPECT_NE(copy(decoder.step(std::vector<TokenId>{1}, 0)), first);
}

}  // namespace
}  // namespace sightline
