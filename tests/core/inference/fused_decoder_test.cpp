#include "core/inference/fused_decoder.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <tuple>

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
}

TEST(SimdMath, EveryStretchHasItsLargestNumber) {
    for (const int count : {1, 128, 129, 1000}) {
        const auto x = Random().floats(count);
        std::vector<float> expected;
        for (std::size_t i = 0; i < x.size(); i += kStretch) {
            const auto first = x.begin() + static_cast<std::ptrdiff_t>(i);
            expected.push_back(
                *std::max_element(first, first + static_cast<std::ptrdiff_t>(std::min(kStretch, x.size() - i))));
        }
        std::vector<float> largest(expected.size());
        largestOfStretches(x, largest.data());
        EXPECT_EQ(largest, expected) << count;
    }
}

// Attention as it is defined, of one query.
std::vector<double> attention(const Attended& seen, int row, const float* query) {
    std::vector<const float*> keys;
    std::vector<const float*> values;
    for (int p = 0; p < seen.shared; ++p) {
        keys.push_back(seen.keys + p * seen.width);
        values.push_back(seen.values + p * seen.width);
    }
    keys.insert(keys.end(), seen.ownKeys + row * seen.own, seen.ownKeys + (row + 1) * seen.own);
    values.insert(values.end(), seen.ownValues + row * seen.own, seen.ownValues + (row + 1) * seen.own);
    std::vector<double> mixed(static_cast<std::size_t>(seen.width));
    double sum = 0.0;
    for (std::size_t p = 0; p < keys.size(); ++p) {
        const double product = std::inner_product(query, query + seen.width, keys[p], 0.0);
        const double weight = std::exp(product / std::sqrt(seen.width));
        sum += weight;
        for (std::size_t i = 0; i < mixed.size(); ++i) {
            mixed[i] += weight * values[p][i];
        }
    }
    std::ranges::for_each(mixed, [sum](double& number) { number /= sum; });
    return mixed;
}

TEST(SimdMath, AttentionIsWhatItsDefinitionSaysHoweverManyQueriesAreTakenTogether) {
    for (const auto& [width, shared, own] :
         {std::tuple{64, 49, 12}, {16, 1, 1}, {20, 5, 7}, {33, 17, 16}, {7, 3, 2}, {48, 0, 5}}) {
        constexpr int kQueries = 5;
        constexpr int kGap = 3;  // between rows
        Random random;
        const auto keys = random.floats(std::max(1, shared * width));
        const auto values = random.floats(std::max(1, shared * width));
        const auto texts = random.floats(2 * kQueries * own * width);
        const auto queries = random.floats(kQueries * (width + kGap));
        std::vector<const float*> ownRows;
        for (int i = 0; i < 2 * kQueries * own; ++i) {
            ownRows.push_back(texts.data() + i * width);
        }
        const float** ownKeys = ownRows.data();
        const Attended seen{keys.data(), values.data(), shared, ownKeys, ownKeys + kQueries * own, own, width};
        std::vector<float> scores(kMostQueries * roomForScores(seen));
        std::vector<float> out(queries.size(), -7.0F);
        attend(seen, kQueries, queries.data(), width + kGap, scores.data(), out.data(), width + kGap);
        for (int row = 0; row < kQueries; ++row) {
            const float* query = queries.data() + row * (width + kGap);
            const std::vector<double> expected = attention(seen, row, query);
            Attended alone = seen;
            alone.ownKeys += row * own;
            alone.ownValues += row * own;
            std::vector<float> single(static_cast<std::size_t>(width));
            attend(alone, 1, query, width, scores.data(), single.data(), width);
            for (int i = 0; i < width + kGap; ++i) {
                const float found = out[static_cast<std::size_t>(row * (width + kGap) + i)];
                if (i < width) {
                    EXPECT_NEAR(found, expected[static_cast<std::size_t>(i)], 2e-5) << width << ", query " << row;
                    EXPECT_EQ(found, single[static_cast<std::size_t>(i)]) << width << ", query " << row;
                } else {
                    EXPECT_EQ(found, -7.0F) << "between rows";
                }
            }
        }
    }
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
