#include "core/scenes/cue_builder.h"

#include <gtest/gtest.h>

namespace sightline {
namespace {

using namespace std::chrono_literals;

const std::string kDog = "a brown dog runs on the grass";
const std::string kDogToo = "a brown dog is running over green grass";
const std::string kCar = "a red car drives along a street";
const std::string kBoat = "two boats lie in a harbour";
const std::string kMeal = "plates of food stand upon a table";

// One caption a second, from half a second on.
std::vector<SampledCaption> everySecond(const std::vector<std::string>& texts, double confidence = 0.5) {
    std::vector<SampledCaption> captions;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        captions.push_back({500ms + i * 1s, texts[i], confidence});
    }
    return captions;
}

ShotBoundary cutAt(MediaTime time) { return {time, time, time, Transition::Cut}; }

std::vector<Cue> cuesOf(const std::vector<SampledCaption>& captions, const std::vector<ShotBoundary>& boundaries,
                        MediaTime to, const CueOptions& options = {}) {
    return buildCues(captions, boundaries, MediaTime::zero(), to, options).cues;
}

std::vector<std::string> texts(const std::vector<Cue>& cues) {
    std::vector<std::string> all;
    for (const Cue& cue : cues) {
        all.push_back(cue.text);
    }
    return all;
}

TEST(CueBuilder, NeighboursThatSayTheSameBecomeOneCueOverTheShot) {
    const auto cues = cuesOf(everySecond({kDog, kDogToo, kDog}), {}, 3s);
    ASSERT_EQ(cues.size(), 1U);
    EXPECT_EQ(cues[0], (Cue{0s, 3s, kDog, 0.5, CueOrigin::Model}));
}

TEST(CueBuilder, AChangeLiesBetweenTheCaptionsAroundIt) {
    const auto cues = cuesOf(everySecond({kDog, kDog, kCar, kCar}), {}, 4s);
    ASSERT_EQ(texts(cues), (std::vector{kDog, kCar}));
    EXPECT_EQ(cues[0].end, MediaTime(2s));
    EXPECT_EQ(cues[1].start, MediaTime(2s));
}

TEST(CueBuilder, OneDeviatingCaptionSplitsNothing) {
    EXPECT_EQ(texts(cuesOf(everySecond({kDog, kDog, kCar, kDog, kDog}), {}, 5s)), std::vector{kDog});
    EXPECT_EQ(texts(cuesOf(everySecond({kDog, kDog, kDog, kCar}), {}, 4s)), std::vector{kDog});
}

TEST(CueBuilder, ACueDoesNotGoOnFromADeviatingCaption) {
    const auto cues = cuesOf(everySecond({kDog, kDog, kCar, kDog, kCar, kCar, kCar}), {}, 7s);
    ASSERT_EQ(texts(cues), (std::vector{kDog, kCar}));
    EXPECT_EQ(cues[0].end, MediaTime(4s));
}

TEST(CueBuilder, TwoDeviatingCaptionsThatDisagreeSplitNothing) {
    EXPECT_EQ(texts(cuesOf(everySecond({kDog, kDog, kCar, kBoat, kDog}), {}, 5s)), std::vector{kDog});
}

TEST(CueBuilder, AfterThreeDeviatingCaptionsTheCueIsOver) {
    const auto cues = cuesOf(everySecond({kDog, kDog, kDog, kCar, kBoat, kMeal}), {}, 6s);
    ASSERT_GE(cues.size(), 2U);
    EXPECT_EQ(cues[0].text, kDog);
    EXPECT_EQ(cues[0].end, MediaTime(3s));
}

TEST(CueBuilder, CuesEndAtACutEvenWhenBothSidesSayTheSame) {
    const auto cues = cuesOf(everySecond({kDog, kDog, kDog, kDog}), {cutAt(1700ms)}, 4s);
    ASSERT_EQ(texts(cues), (std::vector{kDog, kDog}));
    EXPECT_EQ(cues[0].end, MediaTime(1700ms));
    EXPECT_EQ(cues[1].start, MediaTime(1700ms));
}

TEST(CueBuilder, AGradualTransitionSplitsInItsMiddleAndItsMixturesDoNotCount) {
    const ShotBoundary dissolve{2s, 1300ms, 2700ms, Transition::Dissolve};
    // The captions at 1.5 s and 2.5 s describe mixtures.
    const auto cues = cuesOf(everySecond({kDog, kBoat, kBoat, kCar}), {dissolve}, 4s);
    EXPECT_EQ(texts(cues), (std::vector{kDog, kCar}));
    EXPECT_EQ(cues[0].end, MediaTime(2s));
}

TEST(CueBuilder, AShotWithOnlyMixturesUsesThem) {
    const ShotBoundary dissolve{1s, 200ms, 1800ms, Transition::Dissolve};
    EXPECT_EQ(texts(cuesOf(everySecond({kBoat, kDog, kDog}), {dissolve}, 3s)), (std::vector{kBoat, kDog}));
}

TEST(CueBuilder, AShortCueJoinsTheNeighbourThatSaysMoreOfTheSame) {
    std::vector<SampledCaption> captions;
    for (const auto& [time, text] : std::vector<std::pair<MediaTime, std::string>>{{0s, kDog},
                                                                                   {2000ms, kDog},
                                                                                   {2200ms, "a red boat in a harbour"},
                                                                                   {2400ms, "a red boat in a harbour"},
                                                                                   {2600ms, kCar},
                                                                                   {4s, kCar},
                                                                                   {5s, kCar}}) {
        captions.push_back({time, text, 0.5});
    }
    const auto cues = cuesOf(captions, {}, 6s);
    ASSERT_EQ(texts(cues), (std::vector{kDog, kCar}));
    EXPECT_EQ(cues[0].end, MediaTime(2100ms));
}

TEST(CueBuilder, AShotShorterThanTheShortestCueKeepsItsOwn) {
    const auto cues =
        cuesOf({{500ms, kDog, 0.5}, {1200ms, kCar, 0.5}, {2s, kBoat, 0.5}}, {cutAt(1s), cutAt(1400ms)}, 3s);
    ASSERT_EQ(texts(cues), (std::vector{kDog, kCar, kBoat}));
    EXPECT_EQ(cues[1].end - cues[1].start, MediaTime(400ms));
}

TEST(CueBuilder, TheTextIsTheMedoidWeightedByConfidence) {
    std::vector<SampledCaption> captions = everySecond({"a brown dog", kDog, "grass and a fence"});
    EXPECT_EQ(texts(cuesOf(captions, {}, 3s)), std::vector{kDog});
    captions[0].confidence = 0.9;
    captions[1].confidence = 0.1;
    EXPECT_EQ(texts(cuesOf(captions, {}, 3s)), std::vector<std::string>{"a brown dog"});
}

TEST(CueBuilder, TheConfidenceIsTheMeanOfTheCaptionsThatAgree) {
    auto captions = everySecond({kDog, kCar, kDog, kDogToo});
    captions[0].confidence = 0.8;
    captions[1].confidence = 0.1;
    captions[2].confidence = 0.6;
    captions[3].confidence = 0.4;
    const auto cues = cuesOf(captions, {}, 4s);
    ASSERT_EQ(cues.size(), 1U);
    EXPECT_NEAR(cues[0].confidence, 0.6, 1e-9);
}

TEST(CueBuilder, AlternativesSaySomethingElseAndTheHeaviestComesFirst) {
    auto captions = everySecond({kDog, kCar, kDog, kBoat, kDogToo});
    captions[3].confidence = 0.9;
    const auto built = buildCues(captions, {}, 0s, 5s);
    ASSERT_EQ(built.alternatives.size(), built.cues.size());
    EXPECT_EQ(built.alternatives.at(0), (std::vector{kBoat, kCar}));
}

TEST(CueBuilder, AStillHourIsOneCueUnlessALongestIsAskedFor) {
    std::vector<SampledCaption> captions;
    for (int i = 0; i < 36'000; ++i) {
        captions.push_back({i * 100ms, i % 7 == 0 ? kDogToo : kDog, 0.5});
    }
    EXPECT_EQ(cuesOf(captions, {}, 1h).size(), 1U);
    CueOptions options;
    options.longest = 7min;
    const auto cues = cuesOf(captions, {}, 1h, options);
    ASSERT_EQ(cues.size(), 9U);
    for (std::size_t i = 1; i < cues.size(); ++i) {
        EXPECT_EQ(cues[i].start, cues[i - 1].end);
        EXPECT_LE(cues[i].end - cues[i].start, options.longest);
    }
    EXPECT_EQ(cues.back().end, MediaTime(1h));
}

TEST(CueBuilder, AShotWithoutCaptionsHasNoCue) {
    const auto cues = cuesOf({{500ms, kDog, 0.5}, {3500ms, kDog, 0.5}}, {cutAt(1s), cutAt(3s)}, 4s);
    ASSERT_EQ(cues.size(), 2U);
    EXPECT_EQ(cues[0].end, MediaTime(1s));
    EXPECT_EQ(cues[1].start, MediaTime(3s));
    EXPECT_TRUE(cuesOf({}, {cutAt(1s)}, 4s).empty());
}

TEST(CueBuilder, OnlyTheAskedRangeIsCovered) {
    const auto built =
        buildCues(everySecond({kDog, kDog, kCar, kCar, kBoat, kBoat}), {cutAt(500ms), cutAt(5s)}, 1s, 4s);
    ASSERT_FALSE(built.cues.empty());
    EXPECT_EQ(built.cues.front().start, MediaTime(1s));
    EXPECT_EQ(built.cues.back().end, MediaTime(4s));
}

TEST(CueBuilder, ACaptionIsSampledAtItsFrame) {
    Caption caption;
    caption.text = kDog;
    caption.confidence = 0.7;
    caption.start = 3s;
    caption.end = 4s;
    EXPECT_EQ(sampledCaption(caption), (SampledCaption{3s, kDog, 0.7}));
}

}  // namespace
}  // namespace sightline
