#include "core/captions/navigation.h"

#include <array>
#include <vector>

#include <gtest/gtest.h>

namespace sightline {
namespace {

using namespace std::chrono_literals;

TimeRange frameAt(MediaTime pts) { return {pts, pts + 40ms}; }

TEST(NavigationTest, JumpsGoToTheNextAndThePreviousTime) {
    const std::array<MediaTime, 3> shots = {0ms, 1000ms, 2000ms};
    EXPECT_EQ(nextTime(shots, frameAt(0ms)), 1000ms);
    EXPECT_EQ(nextTime(shots, frameAt(1000ms)), 2000ms);
    EXPECT_EQ(nextTime(shots, frameAt(2000ms)), std::nullopt);
    EXPECT_EQ(previousTime(shots, frameAt(1520ms)), 1000ms);
    EXPECT_EQ(previousTime(shots, frameAt(1000ms)), 0ms);
    EXPECT_EQ(previousTime(shots, frameAt(0ms)), std::nullopt);
    EXPECT_EQ(nextTime({}, frameAt(0ms)), std::nullopt);
}

TEST(NavigationTest, AJumpBetweenTwoFramesDoesNotComeBackToTheSamePlace) {
    const std::array<MediaTime, 3> times = {0ms, 1010ms, 2000ms};
    // A seek to 1010 ms shows the frame from 1000 ms to 1040 ms.
    EXPECT_EQ(nextTime(times, frameAt(1000ms)), 2000ms);
    EXPECT_EQ(previousTime(times, frameAt(1000ms)), 0ms);
}

TEST(NavigationTest, AFrameOfUnknownLengthIsLeftToo) {
    const std::array<MediaTime, 2> times = {0ms, 1000ms};
    EXPECT_EQ(nextTime(times, {0ms, 0ms}), 1000ms);
    EXPECT_EQ(nextTime(times, {1000ms, 1000ms}), std::nullopt);
}

TEST(NavigationTest, DoubtfulCuesAreTheModelsOwnUnsureOnes) {
    const std::array<Cue, 4> cues = {
        Cue{0s, 1s, "sure", 0.9, CueOrigin::Model}, Cue{1s, 2s, "unsure", 0.3, CueOrigin::Model},
        Cue{2s, 3s, "edited", 0.1, CueOrigin::Edited}, Cue{3s, 4s, "unsure", 0.49, CueOrigin::Model}};
    EXPECT_EQ(nextCue(cues, frameAt(0s)), 1s);
    EXPECT_EQ(previousCue(cues, frameAt(3s)), 2s);
    EXPECT_EQ(nextDoubtfulCue(cues, frameAt(0s), 0.5), 1s);
    EXPECT_EQ(nextDoubtfulCue(cues, frameAt(1s), 0.5), 3s);
    EXPECT_EQ(nextDoubtfulCue(cues, frameAt(3s), 0.5), std::nullopt);
    EXPECT_EQ(previousDoubtfulCue(cues, frameAt(3s), 0.5), 1s);
    EXPECT_EQ(previousDoubtfulCue(cues, frameAt(1s), 0.5), std::nullopt);
}

TEST(NavigationTest, TheLeastSureQuarterIsDoubtfulWhateverItsConfidence) {
    std::vector<Cue> cues;
    for (const double confidence : {0.8, 0.7, 0.5, 0.9, 0.6}) {
        cues.push_back({1s * cues.size(), 1s * (cues.size() + 1), "text", confidence, CueOrigin::Model});
    }
    cues.push_back({5s, 6s, "edited", 0.0, CueOrigin::Edited});
    const double limit = doubtfulBelow(cues);
    EXPECT_GT(limit, 0.6);
    EXPECT_LT(limit, 0.7);
    EXPECT_EQ(doubtfulBelow({}), 0.0);
}

}  // namespace
}  // namespace sightline
