#include "core/scenes/caption_similarity.h"

#include <gtest/gtest.h>

namespace sightline {
namespace {

using Words = std::vector<std::string>;

TEST(CaptionSimilarity, ContentWordsAreStemmedSortedAndEachOnce) {
    EXPECT_EQ(contentWords("The dogs are running, and a Dog runs!"), (Words{"dog", "run"}));
    EXPECT_EQ(contentWords("a man riding a horse"), contentWords("The man rides horses."));
}

TEST(CaptionSimilarity, FormsThatDifferBySpellingRulesAreOneWord) {
    EXPECT_EQ(contentWords("people skiing"), contentWords("people ski"));
    EXPECT_EQ(contentWords("puppies"), contentWords("a puppy"));
    EXPECT_EQ(contentWords("women"), contentWords("a woman"));
    EXPECT_EQ(contentWords("grass"), (Words{"grass"}));
}

TEST(CaptionSimilarity, IsOneForTheSameWordsAndZeroForOthers) {
    const auto dog = contentWords("a brown dog on the grass");
    EXPECT_DOUBLE_EQ(similarity(dog, contentWords("the brown dogs in a grass")), 1.0);
    EXPECT_DOUBLE_EQ(similarity(dog, contentWords("two men at a table")), 0.0);
    EXPECT_NEAR(similarity(dog, contentWords("a brown horse")), 2.0 / 5.0, 1e-9);
}

TEST(CaptionSimilarity, CaptionsWithoutContentAreAlike) {
    EXPECT_DOUBLE_EQ(similarity(contentWords("it is"), contentWords("")), 1.0);
    EXPECT_DOUBLE_EQ(similarity(contentWords("it is"), contentWords("a dog")), 0.0);
}

TEST(CaptionSimilarity, KeepsWordsOfOtherAlphabetsWhole) {
    EXPECT_EQ(contentWords("Käse und Brot"), (Words{"brot", "käs", "und"}));
}

}  // namespace
}  // namespace sightline
