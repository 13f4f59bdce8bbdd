#include "core/inference/manifest.h"

#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sightline {
namespace {

nlohmann::json sound() {
    return nlohmann::json::parse(R"({
        "format": "sightline-bundle", "version": 1, "name": "base", "precision": "int8", "engines": {"encoder": "onednn", "decoder": "fbgemm"},
        "input": {"size": 224}, "cache": {"layers": 4, "heads": 6, "prefix": 49, "width": 64},
        "vocabulary_size": 6144, "special_tokens": {"pad": 0, "bos": 1, "eos": 2}, "max_tokens": 24,
        "search": {"beams": 3, "length_penalty": 0.7}, "licence": "l", "training_data": "t", "sha256": "00"})");
}

TEST(Manifest, ASoundOneIsRead) {
    const auto manifest = parseManifest(sound().dump());
    ASSERT_TRUE(manifest) << manifest.error().message;
    EXPECT_EQ(manifest->name, "base");
    EXPECT_EQ(manifest->input.size, 224);
    EXPECT_EQ(manifest->headWidth, 64);
    EXPECT_EQ(manifest->endToken, 2);
    EXPECT_DOUBLE_EQ(manifest->lengthPenalty, 0.7);
}

TEST(Manifest, ConfidenceIsAsItComesWhereNothingWasCalibrated) {
    const auto manifest = parseManifest(sound().dump());
    ASSERT_TRUE(manifest);
    EXPECT_NEAR(calibratedConfidence(*manifest, 0.37), 0.37, 1e-12);
}

TEST(Manifest, ConfidenceFollowsTheBundlesCurve) {
    auto json = sound();
    json["confidence"] = {{"slope", 2.0}, {"intercept", -1.0}};
    const auto manifest = parseManifest(json.dump());
    ASSERT_TRUE(manifest) << manifest.error().message;
    EXPECT_NEAR(calibratedConfidence(*manifest, 0.5), 1.0 / (1.0 + std::exp(1.0)), 1e-12);
    EXPECT_NEAR(calibratedConfidence(*manifest, 0.75), 9.0 / (9.0 + std::exp(1.0)), 1e-12);
    EXPECT_EQ(calibratedConfidence(*manifest, 0.0), 0.0);
    EXPECT_EQ(calibratedConfidence(*manifest, 1.0), 1.0);
}

TEST(Manifest, ACurveThatTurnsTheOrderRoundIsRefused) {
    for (const double slope : {-1.0, 0.0, 1e9}) {
        auto json = sound();
        json["confidence"] = {{"slope", slope}, {"intercept", 0.0}};
        EXPECT_FALSE(parseManifest(json.dump())) << slope;
    }
}

TEST(Manifest, EveryMemberIsNeeded) {
    const auto json = sound();
    for (const auto& [key, value] : json.items()) {
        auto partial = json;
        partial.erase(key);
        const auto manifest = parseManifest(partial.dump());
        ASSERT_FALSE(manifest) << key;
        EXPECT_EQ(manifest.error().code, ErrorCode::Model) << key;
    }
}

// As an imported model's says.
nlohmann::json imported() {
    auto json = sound();
    json.update(nlohmann::json::parse(R"({
        "version": 2, "family": "imported", "architecture": "GitForCausalLM", "prompt": [7, 8], "precision": "bf16",
        "engines": {"encoder": "", "decoder": ""},
        "input": {"size": 224, "resizing": "shorter side", "resized": 256, "filter": "bicubic", "colour": "RGB"},
        "cache": {"layers": 4, "heads": 6, "prefix": 49, "width": 64, "prefix_rows": "first"},
        "tokenizer": {"kind": "WordPiece", "cleans_up": true},
        "search": {"beams": 3, "length_penalty": 1.0, "rules": "transformers", "early_stopping": true}})"));
    return json;
}

TEST(Manifest, AnImportedModelSaysWhatDiffers) {
    const auto manifest = parseManifest(imported().dump());
    ASSERT_TRUE(manifest) << manifest.error().message << manifest.error().detail;
    EXPECT_TRUE(manifest->imported);
    EXPECT_EQ(manifest->architecture, "GitForCausalLM");
    EXPECT_EQ(manifest->input, (PictureInput{224, Resizing::ShorterSide, 256, ResizeFilter::Bicubic, false}));
    EXPECT_TRUE(manifest->onePrefix);
    EXPECT_EQ(manifest->prompt, (std::vector<TokenId>{7, 8}));
    EXPECT_TRUE(manifest->cleansUp);
    EXPECT_EQ(manifest->rules, SearchRules::Transformers);
    EXPECT_TRUE(manifest->earlyStopping);
}

TEST(Manifest, AFirstVersionIsOneOfOurs) {
    const auto manifest = parseManifest(sound().dump());
    ASSERT_TRUE(manifest);
    EXPECT_FALSE(manifest->imported);
    EXPECT_EQ(manifest->input, squashed(224));
    EXPECT_EQ(manifest->rules, SearchRules::Captions);
}

TEST(Manifest, WhatTheProgramDoesNotKnowIsRefused) {
    const std::pair<const char*, nlohmann::json> cases[] = {
        {"/family", "other"},        {"/input/filter", "hamming"},
        {"/input/resizing", "pad"},  {"/input/resized", 100},
        {"/input/resized", 1 << 20}, {"/input/filter", "area"},
        {"/input/colour", "YUV"},    {"/tokenizer/kind", "other"},
        {"/search/rules", "other"},  {"/cache/prefix_rows", "no"},
        {"/prompt", {7, 6144}},      {"/prompt", {-1}},
        {"/prompt", "words"},        {"/prompt", 7},
        {"/prompt", {4294967303}},   {"/cache/layers", 4294967300},
        {"/cache/heads", 1e300},     {"/input/resized", 4294967552},
    };
    for (const auto& [pointer, value] : cases) {
        auto json = imported();
        json[nlohmann::json::json_pointer(pointer)] = value;
        EXPECT_FALSE(parseManifest(json.dump())) << pointer << " = " << value;
    }
}

TEST(Manifest, AnotherVersionIsNamed) {
    auto json = sound();
    json["version"] = 3;
    const auto manifest = parseManifest(json.dump());
    ASSERT_FALSE(manifest);
    EXPECT_NE(manifest.error().message.find("version 3"), std::string::npos);
}

TEST(Manifest, AnotherFormatIsNotABundle) {
    auto json = sound();
    json["format"] = "something";
    EXPECT_NE(parseManifest(json.dump()).error().message.find("not a Sightline bundle"), std::string::npos);
}

TEST(Manifest, NumbersOutOfRangeAreRefused) {
    const std::pair<const char*, std::int64_t> cases[] = {
        {"/input/size", 0},          {"/input/size", 1 << 30},  {"/cache/layers", -1},   {"/cache/prefix", 1 << 30},
        {"/cache/heads", 0},         {"/cache/width", 1 << 20}, {"/vocabulary_size", 1}, {"/special_tokens/bos", 6144},
        {"/special_tokens/eos", -1}, {"/max_tokens", 0},        {"/search/beams", 1000},
    };
    for (const auto& [pointer, value] : cases) {
        auto json = sound();
        json[nlohmann::json::json_pointer(pointer)] = value;
        EXPECT_FALSE(parseManifest(json.dump())) << pointer << " = " << value;
    }
}

TEST(Manifest, NumbersThatAreLargeTogetherAreRefused) {
    auto one = sound();
    one["cache"] = {{"layers", 256}, {"heads", 256}, {"prefix", 4096}, {"width", 1024}};
    EXPECT_FALSE(parseManifest(one.dump())) << "of one beam";
    auto all = sound();
    all["cache"] = {{"layers", 32}, {"heads", 32}, {"prefix", 300}, {"width", 32}};
    EXPECT_TRUE(parseManifest(all.dump()));
    all["search"]["beams"] = 64;
    EXPECT_FALSE(parseManifest(all.dump())) << "of all beams";
    auto words = sound();
    words["vocabulary_size"] = 1 << 20;
    EXPECT_FALSE(parseManifest(words.dump()));
    auto penalty = sound();
    penalty["search"]["length_penalty"] = 1e300;
    EXPECT_FALSE(parseManifest(penalty.dump()));
}

TEST(Manifest, EndlessTextsAndUnknownPrecisionsAreRefused) {
    for (const auto& [key, value] : {std::pair<const char*, std::string>{"name", std::string(1000, 'x')},
                                     {"precision", "int1"},
                                     {"licence", std::string(100'000, 'x')},
                                     {"training_data", std::string(100'000, 'x')}}) {
        auto json = sound();
        json[key] = value;
        EXPECT_FALSE(parseManifest(json.dump())) << key;
    }
}

TEST(Manifest, WhatIsNotJsonIsRefused) { EXPECT_FALSE(parseManifest("\x01\x02 not json")); }

}  // namespace
}  // namespace sightline
