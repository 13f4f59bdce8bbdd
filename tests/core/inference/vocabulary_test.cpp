#include "core/inference/vocabulary.h"

#include <gtest/gtest.h>

namespace sightline {
namespace {

TEST(Vocabulary, TokensJoinIntoASentence) {
    const Vocabulary vocabulary({"", "", "", " a", " dog", "s", " run"});
    EXPECT_EQ(vocabulary.decode(std::vector<TokenId>{1, 3, 4, 2}), "A dog");
    EXPECT_EQ(vocabulary.decode(std::vector<TokenId>{4, 5, 6, 2}), "Dogs run");
    EXPECT_EQ(vocabulary.decode(std::vector<TokenId>{2}), "");
    EXPECT_EQ(vocabulary.decode({}), "");
}

TEST(Vocabulary, FindsTokensByTheirBytes) {
    const Vocabulary vocabulary({"", "", "", " a", " and"});
    EXPECT_EQ(vocabulary.find(" and"), 4);
    EXPECT_EQ(vocabulary.find("and"), std::nullopt);
}

TEST(Vocabulary, IdsOutsideTheVocabularyAddNothing) {
    const Vocabulary vocabulary({"x"});
    EXPECT_EQ(vocabulary.decode(std::vector<TokenId>{-1, 0, 7}), "X");
}

TEST(Vocabulary, BytesThatAreNotUtf8AreReplaced) {
    const Vocabulary vocabulary({"caf", "\xc3", "\xa9", "\xff"});
    EXPECT_EQ(vocabulary.decode(std::vector<TokenId>{0, 1, 2}), "Caf\xc3\xa9");
    EXPECT_EQ(vocabulary.decode(std::vector<TokenId>{0, 3}), "Caf\xef\xbf\xbd");
    EXPECT_EQ(vocabulary.decode(std::vector<TokenId>{0, 1}), "Caf\xef\xbf\xbd");
}

TEST(Vocabulary, ParsesBase64Entries) {
    const auto vocabulary = Vocabulary::parse(R"({"tokens": ["", "IGE=", "IGRvZw==", "cw=="]})");
    ASSERT_TRUE(vocabulary);
    EXPECT_EQ(vocabulary->size(), 4);
    EXPECT_EQ(vocabulary->decode(std::vector<TokenId>{1, 2, 3}), "A dogs");
}

TEST(Vocabulary, DamagedTablesAreRefused) {
    for (const char* json : {"", "[]", "{}", R"({"tokens": 3})", R"({"tokens": [1]})", R"({"tokens": ["a"]})",
                             R"({"tokens": ["!!!!"]})", R"({"tokens": ["===="]})", R"({"tokens": ["YQ======"]})"}) {
        const auto vocabulary = Vocabulary::parse(json);
        ASSERT_FALSE(vocabulary) << json;
        EXPECT_EQ(vocabulary.error().code, ErrorCode::Model) << json;
    }
}

TEST(Vocabulary, SpacesThatPiecesLeaveAreTakenOut) {
    const std::vector<std::string> pieces{" it", " '", " s", " here", ",", " isn", " t", " !"};
    const std::vector<TokenId> all{0, 1, 2, 3, 4, 5, 1, 6, 7};
    EXPECT_EQ(Vocabulary(pieces, true).decode(all), "It's here, isn't!");
    EXPECT_EQ(Vocabulary(pieces, true).decode(std::vector<TokenId>{1, 3}), "' here") << "as where it begins a text";
    EXPECT_EQ(Vocabulary(pieces).decode(all), "It ' s here, isn ' t !");
}

}  // namespace
}  // namespace sightline
