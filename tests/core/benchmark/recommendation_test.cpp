#include "core/benchmark/recommendation.h"

#include <gtest/gtest.h>

#include "tests/support/fake_runner.h"

namespace sightline {
namespace {

struct Measured {
    int threads;
    double captionsPerSecond;
    double cpus;
    int beams = 3;
    std::string precision = "int8";
    Affinity affinity = Affinity::Any;
    double otherCpus = 0.0;
    int busyPrograms = 0;
};

std::vector<SettingResult> results(const std::vector<Measured>& all) {
    std::vector<SettingResult> made;
    for (const Measured& measured : all) {
        const BenchmarkSetting setting{test::fakeModel(measured.precision),
                                       measured.threads,
                                       1,
                                       measured.beams,
                                       measured.affinity,
                                       Pipeline::Sequential,
                                       measured.busyPrograms};
        Repetition repetition = test::fakeRepetition(setting);
        repetition.captionsPerSecond = measured.captionsPerSecond;
        repetition.cpus = measured.cpus;
        repetition.otherCpus = measured.otherCpus;
        made.push_back({setting, std::vector(6, repetition), true, std::nullopt});
    }
    return made;
}

TEST(Recommendation, IsTheLeastCpuUseOfTheSettingsThatAreFastEnough) {
    const auto all = results({{1, 60.0, 1.0}, {2, 98.0, 2.2}, {3, 100.0, 3.0}, {4, 97.0, 4.0}});
    const auto answers = recommend(all, 4);
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(answers[0].setting, 1U);
    EXPECT_EQ(recommendationText(answers[0], all),
              "On this CPU use 2 threads, int8, 3 beams: 98 % of peak speed at 55 % of the CPU.");
}

TEST(Recommendation, ASettingBelowTheShareOfPeakSpeedIsNotEnough) {
    EXPECT_EQ(recommend(results({{1, 94.9, 1.0}, {2, 100.0, 2.0}}), 2)[0].setting, 1U);
    EXPECT_EQ(recommend(results({{1, 95.1, 1.0}, {2, 100.0, 2.0}}), 2)[0].setting, 0U);
}

TEST(Recommendation, TiesGoToFewerThreads) {
    EXPECT_EQ(recommend(results({{4, 100.0, 2.00}, {3, 99.0, 2.01}}), 4)[0].setting, 1U);
}

TEST(Recommendation, ComparesPrecisionsOfAModelButNotNumbersOfBeams) {
    const auto all = results({{2, 200.0, 2.0, 1}, {2, 40.0, 2.0, 3, "fp32"}, {2, 100.0, 2.0, 3, "int8"}});
    const auto answers = recommend(all, 2);
    ASSERT_EQ(answers.size(), 2U);
    EXPECT_EQ(answers[0].setting, 2U) << "the model's own number of beams comes first, however fast the others are";
    EXPECT_EQ(answers[1].setting, 0U);
}

TEST(Recommendation, PinnedSettingsAreMeasuredButNotRecommended) {
    const auto answers = recommend(results({{2, 120.0, 2.0, 3, "int8", Affinity::Cores}, {2, 100.0, 2.0}}), 2);
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(answers[0].setting, 1U);
    EXPECT_EQ(answers[0].speedShare, 1.0);
}

TEST(Recommendation, SaysWhatMakesItDoubtful) {
    auto all = results({{1, 100.0, 1.0, 3, "int8", Affinity::Any, 0.9}});
    EXPECT_NE(recommendationText(recommend(all, 2)[0], all).find("Other programs"), std::string::npos);
    all[0].repetitions[0].captionsPerSecond = all[0].repetitions[1].captionsPerSecond = 10.0;
    EXPECT_EQ(recommend(all, 2)[0].noise, Noise::VeryNoisy);
    EXPECT_NE(recommendationText(recommend(all, 2)[0], all).find("measure again"), std::string::npos);
}

TEST(Recommendation, NeverHasMoreThreadsThanThereAreCpus) {
    const auto answers = recommend(results({{1, 60.0, 1.0}, {2, 80.0, 2.0}, {4, 100.0, 2.0}}), 2);
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(answers[0].setting, 1U);
    EXPECT_EQ(answers[0].speedShare, 1.0);
    EXPECT_TRUE(recommend(results({{4, 100.0, 2.0}}), 2).empty());
}

TEST(Recommendation, IsWithheldWhereSpeedsScatterAndOverlap) {
    auto all = results({{1, 100.0, 1.0}, {2, 110.0, 2.0}});
    EXPECT_NE(recommendedSetting(recommend(all, 2), all), nullptr);
    for (std::size_t i = 0; i < 6; ++i) {
        all[1].repetitions[i].captionsPerSecond = 60.0 + 20.0 * static_cast<double>(i);
    }
    const auto answers = recommend(all, 2);
    EXPECT_TRUE(answers[0].tooNoisy);
    EXPECT_EQ(recommendedSetting(answers, all), nullptr);
    EXPECT_NE(recommendationText(answers[0], all).find("Too noisy to say"), std::string::npos);
    for (std::size_t i = 0; i < 6; ++i) {
        all[1].repetitions[i].captionsPerSecond = 300.0 + 60.0 * static_cast<double>(i);  // scatters, but is faster
    }
    EXPECT_EQ(recommendedSetting(recommend(all, 2), all)->threads, 2);
}

TEST(Recommendation, IdleAndBesideBusyProgramsAreAnsweredApart) {
    const auto all = results({{1, 60.0, 1.0},
                              {2, 100.0, 2.0},
                              {1, 50.0, 0.7, 3, "int8", Affinity::Any, 0.0, 2},
                              {2, 45.0, 0.9, 3, "int8", Affinity::Any, 0.0, 2}});
    const auto answers = recommend(all, 2);
    ASSERT_EQ(answers.size(), 2U);
    EXPECT_EQ(recommendedSetting(answers, all)->threads, 2) << "what is applied is the answer of the idle machine";
    EXPECT_EQ(answers[1].setting, 2U);
    EXPECT_EQ(recommendationText(answers[1], all),
              "Beside 2 busy programs use 1 thread, int8, 3 beams: 100 % of peak speed at 35 % of the CPU.");
}

TEST(Recommendation, NothingMeasuredGivesNoAnswer) {
    auto all = results({{1, 100.0, 1.0}});
    all[0].repetitions.clear();
    EXPECT_TRUE(recommend(all, 2).empty());
    EXPECT_TRUE(recommend({}, 2).empty());
}

}  // namespace
}  // namespace sightline
