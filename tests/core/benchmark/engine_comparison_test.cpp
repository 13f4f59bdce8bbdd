#include "core/benchmark/engine_comparison.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sightline {
namespace {

using namespace std::chrono_literals;

StageTimes caption(std::chrono::microseconds encode, std::chrono::microseconds generate) {
    StageTimes times;
    times.encode = encode;
    times.generate = generate;
    times.parts.head = generate / 4;
    times.steps = 9;
    return times;
}

EngineComparison comparison() {
    EngineComparison found;
    found.model.name = "base";
    found.model.beams = 3;
    found.options.rounds = 2;
    found.contenders = {
        {"ours", {{caption(3ms, 4ms), caption(3ms, 4ms)}, {caption(3ms, 8ms), caption(3ms, 8ms)}}, 2},
        {"theirs", {{caption(3ms, 15ms), caption(3ms, 35ms)}, {caption(3ms, 15ms), caption(3ms, 35ms)}}, 1}};
    return found;
}

TEST(EngineComparison, NoiseIsThatOfOnePictureNotThatOfPictures) {
    const auto ours = summarize(comparison().contenders[0]);  // its pictures differ, their rounds do not
    EXPECT_EQ(ours.noise, Noise::Quiet);
    EXPECT_DOUBLE_EQ(ours.medianMs, 9.0);
    EXPECT_DOUBLE_EQ(ours.leastMs, 7.0);
    EXPECT_DOUBLE_EQ(ours.p95Ms, 11.0);
    EXPECT_EQ(summarize(comparison().contenders[1]).noise, Noise::VeryNoisy);
}

TEST(EngineComparison, TheTableSetsTheOthersAgainstTheFirst) {
    const std::string text = toMarkdown(comparison());
    EXPECT_NE(text.find("| ours | 9.00 | 11.00 | 7.00 | 111.1 | 1.00 | 100 % | quiet |"), std::string::npos) << text;
    EXPECT_NE(text.find("| theirs | 28.00 | 38.00 | 18.00 | 35.7 | 3.11 | 50 % | very noisy |"), std::string::npos)
        << text;
    EXPECT_NE(text.find("At most 9 decoder steps"), std::string::npos) << text;
}

TEST(EngineComparison, StacksAddUpToTheCaption) {
    const std::string text = toFoldedStacks(comparison());
    EXPECT_NE(text.find("ours;encode 3000\n"), std::string::npos) << text;
    EXPECT_NE(text.find("ours;generate;head 1500\n"), std::string::npos) << text;
    EXPECT_NE(text.find("ours;generate;other 4500\n"), std::string::npos) << text;
}

TEST(EngineComparison, JsonHasEveryTime) {
    const auto json = nlohmann::json::parse(toJson(comparison()));
    EXPECT_EQ(json.at("beams"), 3);
    EXPECT_EQ(json.at("contenders").at(1).at("caption_ms"), (std::vector<double>{18.0, 38.0, 18.0, 38.0}));
    EXPECT_EQ(json.at("contenders").at(1).at("same_tokens"), 1);
}

TEST(EngineComparison, AFloatBundleIsLibTorchsAlone) {
    BenchmarkModel model;
    model.precision = "fp32";
    EXPECT_EQ(contendersHere(model).size(), 1U);
    model.precision = "int8";
    const auto contenders = contendersHere(model);
    EXPECT_TRUE(contenders.front().engine.fused);
    EXPECT_EQ(contenders.front().engine.simd, bestSimdPath());
    EXPECT_FALSE(contenders.back().engine.fused);
    model.imported = true;
    EXPECT_EQ(contendersHere(model).size(), 1U) << "the project's kernels fit its own layers only";
}

}  // namespace
}  // namespace sightline
