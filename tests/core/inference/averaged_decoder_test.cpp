#include "core/inference/averaged_decoder.h"

#include <cmath>

#include <gtest/gtest.h>

namespace sightline {
namespace {

// Says the same logits whatever comes before, once a beam.
class Fixed final : public StepDecoder {
public:
    explicit Fixed(std::vector<float> row) : row_(std::move(row)) {}

    std::span<const float> step(std::span<const TokenId> tokens, int) override {
        logits_.clear();
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            logits_.insert(logits_.end(), row_.begin(), row_.end());
        }
        return logits_;
    }

    void reorder(std::span<const int> parents, int positions) override {
        parents_.assign(parents.begin(), parents.end());
        positions_ = positions;
    }

    std::vector<int> parents_;
    int positions_ = 0;

private:
    const std::vector<float> row_;
    std::vector<float> logits_;
};

TEST(AveragedDecoder, ProbabilitiesAreAveragedWhateverTheLogitsAreShiftedBy) {
    Fixed one({std::log(0.7F), std::log(0.2F), std::log(0.1F)});
    Fixed two({std::log(0.1F) + 40.0F, std::log(0.4F) + 40.0F, std::log(0.5F) + 40.0F});
    AveragedDecoder both({&one, &two});
    const std::vector<TokenId> tokens{5, 6};
    const auto logits = both.step(tokens, 0);
    ASSERT_EQ(logits.size(), 6U);
    for (std::size_t beam = 0; beam < 2; ++beam) {
        EXPECT_NEAR(std::exp(logits[3 * beam]), 0.4, 1e-5);
        EXPECT_NEAR(std::exp(logits[3 * beam + 1]), 0.3, 1e-5);
        EXPECT_NEAR(std::exp(logits[3 * beam + 2]), 0.3, 1e-5);
    }
}

TEST(AveragedDecoder, OneAloneIsLeftAsItIs) {
    Fixed one({3.0F, -2.0F});
    AveragedDecoder alone({&one});
    const std::vector<TokenId> tokens{1};
    const auto logits = alone.step(tokens, 0);
    EXPECT_EQ(std::vector<float>(logits.begin(), logits.end()), (std::vector<float>{3.0F, -2.0F}));
}

TEST(AveragedDecoder, EveryPartFollowsTheBeams) {
    Fixed one({0.0F, 0.0F});
    Fixed two({0.0F, 0.0F});
    AveragedDecoder both({&one, &two});
    const std::vector<int> parents{1, 0, 1};
    both.reorder(parents, 4);
    for (const Fixed* part : {&one, &two}) {
        EXPECT_EQ(part->parents_, parents);
        EXPECT_EQ(part->positions_, 4);
    }
}

}  // namespace
}  // namespace sightline
