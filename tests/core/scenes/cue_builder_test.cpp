#include "core/scenes/cue_builder.h"

#include <gtest/gtest.h>

#include "core/scenes/caption_similarity.h"
#include "core/scenes/sample_picker.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

ShotBoundary cut(MediaTime time) { return {time, time, time, Transition::Cut}; }

// One caption a second, from half a second on.
std::vector<SampledCaption> everySecond(const std::vector<std::string>& texts) {
    std::vector<SampledCaption> captions;
    for (const std::string& text : texts) {
        captions.push_back({500ms + std::chrono::seconds(captions.size()), text, 0.5});
    }
    return captions;
}

std::vector<std::string> texts(const std::vector<Cue>& cues) {
    std::vector<std::string> result;
    for (const Cue& cue : cues) {
        result.push_back(cue.text);
    }
    return result;
}

const std::string kDog = "A brown dog runs through the grass";
const std::string kDogToo = "A dog is running in green grass";
const std::string kCar = "A red car drives on a road";
const std::string kCarToo = "A car is driving down the road";

TEST(CaptionSimilarity, FormsOfAWordCountAsOne) {
    EXPECT_EQ(contentWords("Two dogs are running"), contentWords("two dog runs"));
    EXPECT_EQ(contentWords("A man riding a bike"), contentWords("the man rides bikes"));
    EXPECT_TRUE(contentWords("The and of").empty());
    EXPECT_DOUBLE_EQ(similarity(contentWords("a dog"), contentWords("a cat")), 0.0);
    EXPECT_DOUBLE_EQ(similarity(contentWords("brown dog"), contentWords("dog")), 2.0 / 3.0);
}

TEST(CueBuilder, CaptionsThatSayTheSameAreOneCue) {
    const auto cues = buildCues(everySecond({kDog, kDogToo, kDog, kCar, kCarToo, kCar}), {}, 0s, 6s);
    EXPECT_EQ(texts(cues), (std::vector{kDog, kCar}));
    EXPECT_EQ(cues[0].start, 0s);
    EXPECT_EQ(cues[0].end, 3s);
    EXPECT_EQ(cues[1].start, 3s);
    EXPECT_EQ(cues[1].end, 6s);
}

TEST(CueBuilder, NoCueCrossesACut) {
    const auto cues = buildCues(everySecond({kDog, kDog, kDog, kDog}), {cut(2200ms)}, 0s, 4s);
    ASSERT_EQ(cues.size(), 2U);
    EXPECT_EQ(cues[0].end, 2200ms);
    EXPECT_EQ(cues[1].start, 2200ms);
}

TEST(CueBuilder, OneDeviatingCaptionSplitsNothing) {
    EXPECT_EQ(texts(buildCues(everySecond({kDog, kDog, kCar, kDog, kDogToo}), {}, 0s, 5s)), std::vector{kDog});
}

TEST(CueBuilder, TheTextIsTheCaptionThatAgreesMostWithTheOthers) {
    const std::string odd = "A dog with a ball runs through snow";
    EXPECT_EQ(texts(buildCues(everySecond({odd, kDogToo, kDogToo, kDogToo}), {}, 0s, 4s)), std::vector{kDogToo});
}

TEST(CueBuilder, ConfidenceIsTheMeanOfTheAgreeingCaptions) {
    auto captions = everySecond({kDog, kCar, kDog});
    captions[0].confidence = 0.6;
    captions[1].confidence = 0.1;
    captions[2].confidence = 0.4;
    const auto cues = buildCues(captions, {}, 0s, 3s);
    ASSERT_EQ(cues.size(), 1U);
    EXPECT_DOUBLE_EQ(cues[0].confidence, 0.5);
}

TEST(CueBuilder, ACueTooShortJoinsItsNeighbourInTheShot) {
    std::vector<SampledCaption> captions{{100ms, kDog, 0.5}, {200ms, kCar, 0.5}, {400ms, kCar, 0.5}, {3s, kCar, 0.5}};
    const auto cues = buildCues(captions, {}, 0s, 4s);
    EXPECT_EQ(texts(cues), std::vector{kCar});
    EXPECT_EQ(cues[0].start, 0s);
    EXPECT_EQ(cues[0].end, 4s);
}

TEST(CueBuilder, AShortShotKeepsItsCue) {
    const auto cues =
        buildCues({{0s, kDog, 0.5}, {2100ms, kCar, 0.5}, {3s, kDog, 0.5}}, {cut(2s), cut(2500ms)}, 0s, 4s);
    EXPECT_EQ(texts(cues), (std::vector{kDog, kCar, kDog}));
}

TEST(CueBuilder, WhatWasSeenInsideADissolveDoesNotCountBesideOthers) {
    const ShotBoundary dissolve{2s, 1500ms, 2500ms, Transition::Dissolve};
    const auto cues =
        buildCues({{0s, kDog, 0.5}, {1600ms, kCar, 0.5}, {1800ms, kCar, 0.5}, {3s, kDog, 0.5}}, {dissolve}, 0s, 4s);
    EXPECT_EQ(texts(cues), (std::vector{kDog, kDog}));
    EXPECT_EQ(buildCues({{1600ms, kCar, 0.5}}, {dissolve}, 0s, 4s).size(), 1U);
}

TEST(CueBuilder, ACueTooLongIsSplitIntoEqualOnes) {
    CueOptions options;
    options.longest = 4s;
    const auto cues = buildCues(everySecond(std::vector<std::string>(10, kDog)), {}, 0s, 10s, options);
    ASSERT_EQ(cues.size(), 3U);
    EXPECT_EQ(cues[0].end, cues[1].start);
    EXPECT_EQ(cues[1].end - cues[1].start, MediaTime(10s) / 3);
    EXPECT_EQ(cues[2].end, 10s);
}

TEST(CueBuilder, ShotsWithoutCaptionsHaveNoCue) {
    const auto cues = buildCues({{500ms, kDog, 0.5}, {5s, "", 0.5}}, {cut(2s), cut(4s)}, 0s, 6s);
    ASSERT_EQ(cues.size(), 1U);
    EXPECT_EQ(cues[0].end, 2s);
    EXPECT_TRUE(buildCues({}, {}, 0s, 6s).empty());
}

TEST(CueBuilder, OnlyTheRangeAskedForHasCues) {
    const auto cues = buildCues(everySecond({kDog, kDog, kDog, kDog}), {cut(1s), cut(3s)}, 2s, 3s);
    ASSERT_EQ(cues.size(), 1U);
    EXPECT_EQ(cues[0].start, 2s);
    EXPECT_EQ(cues[0].end, 3s);
}

TEST(SamplePicker, AStillHourIsAFewHundredCaptionsAndAFewCues) {
    SamplePicker picker({});
    FrameSignature still;
    still.values.fill(90.0F);
    std::vector<SampledCaption> captions;
    for (int i = 0; i < 18'000; ++i) {  // five frames a second
        const MediaTime time = i * MediaTime(200ms);
        still.values[static_cast<std::size_t>(i) % still.values.size()] += i % 2 == 0 ? 0.4F : -0.4F;  // noise
        if (picker.wants(still, time)) {
            captions.push_back({time, i % 5 == 0 ? kDog : kDogToo, 0.5});
        }
    }
    EXPECT_LE(captions.size(), 361U);
    EXPECT_GE(captions.size(), 359U);
    EXPECT_EQ(buildCues(captions, {}, 0s, 1h).size(), 12U);  // five minutes each
}

TEST(SamplePicker, ANewPictureIsTakenSoonAndAChangingOneOnceAnInterval) {
    SamplePicker picker({1s});
    FrameSignature picture;
    EXPECT_TRUE(picker.wants(picture, 0s));
    EXPECT_FALSE(picker.wants(picture, 400ms));
    picture.values.fill(100.0F);
    EXPECT_FALSE(picker.wants(picture, 440ms));  // just cut: it may go on changing
    EXPECT_TRUE(picker.wants(picture, 480ms));
    for (int i = 1; i <= 24; ++i) {
        picture.values.fill(100.0F + static_cast<float>(i) * 0.2F);
        EXPECT_FALSE(picker.wants(picture, 480ms + i * MediaTime(40ms))) << i;
    }
    picture.values.fill(106.0F);
    EXPECT_TRUE(picker.wants(picture, 1480ms));
}

}  // namespace
}  // namespace sightline
