#include "core/inference/token_search.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "tests/support/property.h"

namespace sightline {
namespace {

constexpr TokenId kBegin = 1;
constexpr TokenId kEnd = 2;
const MeaningfulTokens kKnown{kBegin, kEnd, std::nullopt, {}, {}};

// Next-token probabilities that depend on the whole text so far; follows reorder() as a real cache would.
class TableDecoder final : public StepDecoder {
public:
    using Distribution = std::vector<float>;

    explicit TableDecoder(std::function<Distribution(const std::vector<TokenId>&)> next) : next_(std::move(next)) {}

    std::span<const float> step(std::span<const TokenId> tokens, int position) override {
        if (position == 0) {
            texts_.assign(1, {});
        }
        EXPECT_EQ(tokens.size(), texts_.size());
        rows_ += tokens.size();
        logits_.clear();
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            texts_[i].push_back(tokens[i]);
            EXPECT_EQ(texts_[i].size(), static_cast<std::size_t>(position) + 1);
            for (const float probability : next_(texts_[i])) {
                logits_.push_back(std::log(probability) + 3.0F);  // logits need not be normalized
            }
        }
        return logits_;
    }

    // Texts that were asked about in all.
    std::size_t rows() const { return rows_; }

    void reorder(std::span<const int> parents, int) override {
        std::vector<std::vector<TokenId>> texts;
        for (const int parent : parents) {
            texts.push_back(texts_[static_cast<std::size_t>(parent)]);
        }
        texts_ = std::move(texts);
    }

private:
    const std::function<Distribution(const std::vector<TokenId>&)> next_;
    std::vector<std::vector<TokenId>> texts_;
    std::vector<float> logits_;
    std::size_t rows_ = 0;
};

// The classic trap: the likeliest first word leads to an unlikely sentence.
TableDecoder gardenPath() {
    return TableDecoder([](const std::vector<TokenId>& text) -> TableDecoder::Distribution {
        const TokenId last = text.back();
        if (last == kBegin) {
            return {0.001F, 0.001F, 0.001F, 0.6F, 0.397F};
        }
        if (last == 3) {
            return {0.225F, 0.225F, 0.3F, 0.125F, 0.125F};
        }
        return {0.005F, 0.005F, 0.98F, 0.005F, 0.005F};
    });
}

TEST(TokenSearch, GreedyTakesTheLikeliestTokenEachTime) {
    auto decoder = gardenPath();
    const auto result = searchTokens(decoder, kKnown, {.beams = 1, .maxTokens = 5});
    EXPECT_EQ(result.tokens, (std::vector<TokenId>{3, kEnd}));
    EXPECT_TRUE(result.ended);
    EXPECT_EQ(result.steps, 2);
    ASSERT_EQ(result.logProbabilities.size(), 2U);
    EXPECT_NEAR(std::exp(result.logProbabilities[0]), 0.6, 1e-5);
    EXPECT_NEAR(std::exp(result.logProbabilities[1]), 0.3, 1e-5);
}

TEST(TokenSearch, BeamsFindTheLikelierSentence) {
    auto decoder = gardenPath();
    const auto result = searchTokens(decoder, kKnown, {.beams = 2, .maxTokens = 5});
    EXPECT_EQ(result.tokens, (std::vector<TokenId>{4, kEnd}));
    EXPECT_NEAR(meanProbability(result.logProbabilities), std::sqrt(0.397 * 0.98), 1e-5);
}

TEST(TokenSearch, NoCaptionEndsBeforeItsLeastLength) {
    for (const int beams : {1, 2}) {
        auto decoder = gardenPath();
        const auto result = searchTokens(decoder, kKnown, {.beams = beams, .maxTokens = 5, .minTokens = 3});
        EXPECT_GE(result.tokens.size(), 3U);
        auto fixed = gardenPath();
        const auto filled = searchTokens(fixed, kKnown, {.beams = beams, .maxTokens = 4, .minTokens = 5});
        EXPECT_EQ(filled.tokens.size(), 4U) << "all of one length";
        EXPECT_EQ(filled.steps, 4);
        EXPECT_FALSE(filled.ended);
    }
}

// With as many beams as there are texts the search is exhaustive, so it must find the best of all by brute force.
TEST(TokenSearch, WideBeamsEqualExhaustiveSearch) {
    constexpr int kVocabulary = 5;
    constexpr int kLimit = 4;
    constexpr double kPenalty = 0.7;
    for (unsigned seed = 0; seed < 20; ++seed) {
        const auto next = [seed](const std::vector<TokenId>& text) {
            std::seed_seq key(text.begin(), text.end());
            std::vector<unsigned> mixed(1);
            key.generate(mixed.begin(), mixed.end());
            std::mt19937 random(mixed[0] + seed);
            std::gamma_distribution<float> gamma(0.5F);
            TableDecoder::Distribution row(kVocabulary);
            float sum = 0.0F;
            for (float& value : row) {
                value = gamma(random) + 1e-4F;
                sum += value;
            }
            for (float& value : row) {
                value /= sum;
            }
            return row;
        };
        double best = -1e9;
        std::vector<TokenId> bestText;
        const std::function<void(std::vector<TokenId>, double)> visit = [&](std::vector<TokenId> text, double total) {
            const auto row = next(text);
            for (TokenId token = 0; token < kVocabulary; ++token) {
                auto longer = text;
                longer.push_back(token);
                const double sum = total + std::log(row[static_cast<std::size_t>(token)]);
                const auto length = static_cast<double>(longer.size() - 1);
                if (token == kEnd && sum / std::pow(length, kPenalty) > best) {
                    best = sum / std::pow(length, kPenalty);
                    bestText.assign(longer.begin() + 1, longer.end());
                }
                if (token != kEnd && longer.size() <= kLimit) {
                    visit(longer, sum);
                }
            }
        };
        visit({kBegin}, 0.0);
        TableDecoder decoder(next);
        const auto result =
            searchTokens(decoder, kKnown, {.beams = 300, .maxTokens = kLimit, .lengthPenalty = kPenalty});
        EXPECT_EQ(result.tokens, bestText) << "seed " << seed;
    }
}

// What a search may say, worked out from the rules as the header words them.
class EveryCaption {
public:
    struct Found {
        double score = -std::numeric_limits<double>::infinity();
        std::vector<TokenId> tokens;
    };

    EveryCaption(std::function<std::vector<float>(const std::vector<TokenId>&)> logits, const MeaningfulTokens& known,
                 const SearchOptions& options)
        : logits_(std::move(logits)), known_(known), options_(options) {
        visit({}, 0.0);
    }

    const Found& best() const { return ended_.tokens.empty() ? cut_ : ended_; }

private:
    void visit(const std::vector<TokenId>& caption, double total) {
        auto text = caption;
        text.insert(text.begin(), kBegin);
        std::vector<float> row = logits_(text);
        double sum = 0.0;
        for (const float logit : row) {
            sum += std::exp(static_cast<double>(logit));
        }
        if (options_.rules == SearchRules::Captions) {
            for (const GuessedWords& guess : known_.guesses) {
                float& his = row[static_cast<std::size_t>(guess.first)];
                float& her = row[static_cast<std::size_t>(guess.second)];
                float& whose = row[static_cast<std::size_t>(guess.neutral)];
                if (std::abs(his - her) < std::log(2.0F)) {
                    whose = std::log(std::exp(his) + std::exp(her) + std::exp(whose));
                    his = her = -std::numeric_limits<float>::infinity();
                }
            }
        }
        for (TokenId token = 0; token < static_cast<TokenId>(row.size()); ++token) {
            auto longer = caption;
            longer.push_back(token);
            const double now = total + row[static_cast<std::size_t>(token)] - std::log(sum);
            if (!std::isfinite(now) || isBarred(caption, token)) {
                continue;
            }
            const bool isLast = static_cast<int>(longer.size()) == options_.maxTokens;
            const double score = now / std::pow(static_cast<double>(longer.size()), options_.lengthPenalty);
            const bool ends = token == kEnd || (isLast && options_.rules == SearchRules::Transformers);
            if (ends || isLast) {
                Found& best = ends ? ended_ : cut_;
                if (score > best.score) {
                    best = {score, longer};
                }
            } else {
                visit(longer, now);
            }
        }
    }

    bool isBarred(const std::vector<TokenId>& caption, TokenId token) const {
        const std::size_t size = caption.size();
        if (token == kEnd && static_cast<int>(size) + 1 < options_.minTokens) {
            return true;
        }
        if (options_.rules == SearchRules::Transformers || size < 2) {
            return false;
        }
        for (std::size_t i = 0; i + 2 < size; ++i) {
            if (caption[i] == caption[size - 2] && caption[i + 1] == caption[size - 1] && caption[i + 2] == token) {
                return true;
            }
        }
        const bool isArticle = std::ranges::find(known_.articles, caption.back()) != known_.articles.end();
        const std::size_t conjunction = size - (isArticle ? 2 : 1);
        return conjunction > 0 && caption[conjunction] == known_.conjunction && caption[conjunction - 1] == token;
    }

    const std::function<std::vector<float>(const std::vector<TokenId>&)> logits_;
    const MeaningfulTokens& known_;
    const SearchOptions& options_;
    Found ended_;
    Found cut_;
};

// Some captions go round in circles, so that the rules have something to bar.
std::vector<float> madeUpLogits(const std::vector<TokenId>& text, std::size_t vocabulary, double sharpness,
                                std::uint64_t seed) {
    std::uint64_t key = seed;
    for (const TokenId token : text) {
        key = (key ^ static_cast<std::uint64_t>(token + 1)) * 0x9E3779B97F4A7C15U;
    }
    test::Random row(key, 1);
    std::vector<float> scores(vocabulary);
    const auto liked = static_cast<std::size_t>(text.back() * 2 + 3) % vocabulary;
    for (std::size_t i = 0; i < vocabulary; ++i) {
        scores[i] = static_cast<float>(sharpness * (row.real() + (i == liked ? 0.7 : 0.0)));
    }
    return scores;
}

TableDecoder::Distribution exponentials(std::vector<float> row) {
    std::ranges::transform(row, row.begin(), [](float value) { return std::exp(value); });
    return row;
}

TEST(TokenSearch, WithAllRulesWideBeamsSayWhatIsBestOfAllThatMayBeSaid) {
    test::forAll(
        [](test::Random& random) {
            const std::size_t vocabulary = 4 + random.below(4);
            MeaningfulTokens known{kBegin, kEnd, std::nullopt, {}, {}};
            if (random.chance(0.7)) {
                known.conjunction = 3;
            }
            if (random.chance(0.5)) {
                known.articles = {0};
            }
            if (vocabulary == 7 && random.chance(0.7)) {
                known.guesses = {{4, 5, 6}};
            }
            SearchOptions options{.beams = 3000, .maxTokens = 1 + static_cast<int>(random.below(4))};
            options.lengthPenalty = random.of({0.0, 0.7, 1.0});
            options.minTokens = static_cast<int>(random.below(6));
            options.rules = random.chance(0.7) ? SearchRules::Captions : SearchRules::Transformers;
            const double sharpness = 0.5 + 4.0 * random.real();
            const std::uint64_t seed = random.bits();
            const auto logits = [&](const std::vector<TokenId>& text) {
                return madeUpLogits(text, vocabulary, sharpness, seed);
            };
            TableDecoder decoder([&](const std::vector<TokenId>& text) { return exponentials(logits(text)); });
            const auto result = searchTokens(decoder, known, options);
            const EveryCaption every(logits, known, options);
            EXPECT_EQ(result.tokens, every.best().tokens);
        },
        400);
}

// A search for candidates follows every beam to its end.
TEST(TokenSearch, BeamsThatCannotWinAreLeftOutAndTheCaptionStaysTheSame) {
    std::size_t saved = 0;
    test::forAll(
        [&saved](test::Random& random) {
            const std::size_t vocabulary = 5 + random.below(30);
            const double sharpness = 1.0 + 6.0 * random.real();
            const std::uint64_t seed = random.bits();
            const auto next = [&](const std::vector<TokenId>& text) {
                auto row = exponentials(madeUpLogits(text, vocabulary, sharpness, seed));
                row[static_cast<std::size_t>(kEnd)] *= static_cast<float>(std::min<std::size_t>(text.size(), 6));
                return row;
            };
            SearchOptions options{.beams = 2 + static_cast<int>(random.below(5)),
                                  .maxTokens = 1 + static_cast<int>(random.below(14))};
            options.lengthPenalty = random.of({0.0, 0.7, 1.0});
            options.minTokens = static_cast<int>(random.below(4));
            TableDecoder few(next);
            const auto result = searchTokens(few, kKnown, options);
            options.candidates = 1;
            TableDecoder all(next);
            const auto followed = searchTokens(all, kKnown, options);
            EXPECT_EQ(result.tokens, followed.tokens);
            EXPECT_EQ(result.logProbabilities, followed.logProbabilities);
            EXPECT_LE(few.rows(), all.rows());
            saved += all.rows() - few.rows();
        },
        2000);
    EXPECT_GT(saved, 0U);
}

TEST(TokenSearch, NoThreeTokensInARowComeTwice) {
    // Goes round in circles, with 3 and 4 in turn, and hardly ever ends.
    TableDecoder circle([](const std::vector<TokenId>& text) -> TableDecoder::Distribution {
        return text.back() == 3 ? TableDecoder::Distribution{0.01F, 0.01F, 0.03F, 0.05F, 0.9F}
                                : TableDecoder::Distribution{0.01F, 0.01F, 0.03F, 0.9F, 0.05F};
    });
    const auto found = searchTokens(circle, kKnown, {1, 20, 0.7, std::chrono::milliseconds(0)});
    ASSERT_GE(found.tokens.size(), 5U);
    EXPECT_EQ(std::vector<TokenId>(found.tokens.begin(), found.tokens.begin() + 4), (std::vector<TokenId>{3, 4, 3, 4}));
    EXPECT_EQ(found.tokens[4], 4);  // the likeliest that does not make 3 4 3 again
    EXPECT_FLOAT_EQ(found.logProbabilities[4], std::log(0.05F));
}

// Would say 3, "and" (4), 3 again, with an article (5) between or not.
TEST(TokenSearch, NothingIsSaidTwiceAroundAnAnd) {
    for (const bool article : {false, true}) {
        TableDecoder twice([article](const std::vector<TokenId>& text) -> TableDecoder::Distribution {
            if (text.back() == 3) {
                return {0.01F, 0.01F, 0.02F, 0.01F, 0.9F, 0.01F, 0.04F};
            }
            if (text.back() == 4 && article) {
                return {0.01F, 0.01F, 0.02F, 0.01F, 0.01F, 0.9F, 0.04F};
            }
            if (text.back() == 6) {
                return {0.01F, 0.01F, 0.94F, 0.01F, 0.01F, 0.01F, 0.01F};
            }
            return {0.01F, 0.01F, 0.02F, 0.9F, 0.01F, 0.01F, 0.04F};
        });
        const MeaningfulTokens known{kBegin, kEnd, 4, {5}, {}};
        const auto found = searchTokens(twice, known, {.beams = 1, .maxTokens = 9});
        const std::vector<TokenId> expected =
            article ? std::vector<TokenId>{3, 4, 5, 6, kEnd} : std::vector<TokenId>{3, 4, 6, kEnd};
        EXPECT_EQ(found.tokens, expected);
    }
}

// "man" (3), "woman" (4), "person" (5), "dog" (6).
TEST(TokenSearch, AnUnsureGuessIsSaidNeutrallyWithTheProbabilityOfBoth) {
    const MeaningfulTokens known{kBegin, kEnd, std::nullopt, {}, {{3, 4, 5}}};
    const auto first = [&known](TableDecoder::Distribution people, int beams) {
        TableDecoder decoder([people = std::move(people)](const std::vector<TokenId>& text) {
            return text.back() == kBegin ? people
                                         : TableDecoder::Distribution{0.0F, 0.0F, 1.0F, 0.0F, 0.0F, 0.0F, 0.0F};
        });
        const auto found = searchTokens(decoder, known, {.beams = beams, .maxTokens = 4});
        return std::pair(found.tokens.front(), std::exp(found.logProbabilities.front()));
    };
    for (const int beams : {1, 3}) {
        const auto [unsure, both] = first({0.0F, 0.0F, 0.0F, 0.3F, 0.25F, 0.05F, 0.4F}, beams);
        EXPECT_EQ(unsure, 5);
        EXPECT_NEAR(both, 0.6F, 1e-5F);
        const auto [sure, alone] = first({0.0F, 0.0F, 0.0F, 0.5F, 0.1F, 0.1F, 0.3F}, beams);
        EXPECT_EQ(sure, 3);
        EXPECT_NEAR(alone, 0.5F, 1e-5F);
        EXPECT_EQ(first({0.0F, 0.0F, 0.0F, 0.15F, 0.15F, 0.1F, 0.6F}, beams).first, 6);
    }
}

TEST(TokenSearch, CandidatesComeBestFirstAndLeaveTheResultAsItIs) {
    auto decoder = gardenPath();
    const auto alone = searchTokens(decoder, kKnown, {.beams = 3, .maxTokens = 5});
    EXPECT_TRUE(alone.candidates.empty());
    auto again = gardenPath();
    const auto several = searchTokens(again, kKnown, {.beams = 3, .maxTokens = 5, .candidates = 3});
    EXPECT_EQ(several.tokens, alone.tokens);
    ASSERT_EQ(several.candidates.size(), 3U);
    EXPECT_EQ(several.candidates[0].tokens, (std::vector<TokenId>{4, kEnd}));
    std::vector<double> scores;
    for (const SearchCandidate& candidate : several.candidates) {
        EXPECT_EQ(candidate.tokens.back(), kEnd);
        ASSERT_EQ(candidate.tokens.size(), candidate.logProbabilities.size());
        const auto& parts = candidate.logProbabilities;
        scores.push_back(std::accumulate(parts.begin(), parts.end(), 0.0) /
                         std::pow(static_cast<double>(parts.size()), 0.7));
    }
    EXPECT_TRUE(std::ranges::is_sorted(scores, std::greater()));
    EXPECT_NE(several.candidates[1].tokens, several.candidates[2].tokens);
}

TEST(TokenSearch, TheTokenLimitCutsTheCaption) {
    TableDecoder endless([](const std::vector<TokenId>&) {
        return TableDecoder::Distribution{0.01F, 0.01F, 0.01F, 0.96F, 0.01F};
    });
    const auto result = searchTokens(endless, kKnown, {.beams = 1, .maxTokens = 6});
    EXPECT_EQ(result.tokens.size(), 6U);
    EXPECT_FALSE(result.ended);
    EXPECT_EQ(result.steps, 6);
}

TEST(TokenSearch, TheTimeLimitReturnsTheBestSoFar) {
    TableDecoder slow([](const std::vector<TokenId>&) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(3);
        while (std::chrono::steady_clock::now() < until) {
        }
        return TableDecoder::Distribution{0.01F, 0.01F, 0.01F, 0.96F, 0.01F};
    });
    const auto result =
        searchTokens(slow, kKnown, {.beams = 1, .maxTokens = 1000, .timeLimit = std::chrono::milliseconds(10)});
    EXPECT_FALSE(result.tokens.empty());
    EXPECT_LT(result.steps, 100);
}

TEST(TokenSearch, NoTokensGiveNoConfidence) { EXPECT_EQ(meanProbability({}), 0.0); }

// What `generate` of Transformers 5.15 makes of gardenPath() with the same numbers (tests/models/test_import.py
// compares whole models).
TEST(TokenSearch, ByTransformersRulesASearchEndsWhenItsPlacesAreTaken) {
    auto decoder = gardenPath();
    const auto result = searchTokens(
        decoder, kKnown, {.beams = 2, .maxTokens = 5, .lengthPenalty = 1.0, .rules = SearchRules::Transformers});
    EXPECT_EQ(result.tokens, (std::vector<TokenId>{4, kEnd}));
    EXPECT_EQ(result.steps, 2);
}

TEST(TokenSearch, ByTransformersRulesWordsMayComeAgain) {
    TableDecoder decoder([](const std::vector<TokenId>&) -> TableDecoder::Distribution {
        return {0.01F, 0.01F, 0.01F, 0.96F, 0.01F};
    });
    const auto result = searchTokens(decoder, kKnown, {.beams = 1, .maxTokens = 6, .rules = SearchRules::Transformers});
    EXPECT_EQ(result.tokens, std::vector<TokenId>(6, 3));
    EXPECT_FALSE(result.ended);
}

TEST(TokenSearch, ByTransformersRulesWhatTheLimitCutsOffCompetes) {
    TableDecoder decoder([](const std::vector<TokenId>& text) -> TableDecoder::Distribution {
        return text.back() == kBegin ? TableDecoder::Distribution{0.01F, 0.01F, 0.3F, 0.67F, 0.01F}
                                     : TableDecoder::Distribution{0.01F, 0.01F, 0.01F, 0.96F, 0.01F};
    });
    const auto result = searchTokens(
        decoder, kKnown, {.beams = 2, .maxTokens = 4, .lengthPenalty = 1.0, .rules = SearchRules::Transformers});
    EXPECT_EQ(result.tokens, std::vector<TokenId>(4, 3));
}

TEST(TokenSearch, APromptIsFedBeforeTheCaption) {
    std::vector<std::vector<TokenId>> seen;
    TableDecoder decoder([&seen](const std::vector<TokenId>& text) -> TableDecoder::Distribution {
        seen.push_back(text);
        return {0.01F, 0.01F, 0.96F, 0.01F, 0.01F};
    });
    MeaningfulTokens known = kKnown;
    known.prompt = {4, 3};
    const auto result = searchTokens(decoder, known, {.beams = 2, .maxTokens = 1});
    EXPECT_EQ(result.tokens, std::vector<TokenId>{kEnd});
    EXPECT_EQ(seen.back(), (std::vector<TokenId>{kBegin, 4, 3}));
}

}  // namespace
}  // namespace sightline
