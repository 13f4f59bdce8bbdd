#include "core/media/files/continuous_clock.h"

#include <gtest/gtest.h>

namespace sightline {
namespace {

constexpr AVRational kMilliseconds{1, 1000};

// The dts that the clock makes of a packet at that place in the file.
std::int64_t apply(ContinuousClock& clock, std::int64_t position, std::int64_t dts) {
    AVPacket packet{};
    packet.pos = position;
    packet.dts = dts;
    packet.pts = AV_NOPTS_VALUE;
    clock.apply(packet);
    return packet.dts;
}

TEST(ContinuousClock, APartWhoseTimesLeapFollowsTheOneBefore) {
    ContinuousClock clock(kMilliseconds);
    EXPECT_EQ(apply(clock, 0, 1000), 1000);
    EXPECT_EQ(apply(clock, 100, 1040), 1040);
    EXPECT_FALSE(clock.leaps());
    EXPECT_EQ(apply(clock, 200, 0), 1080);
    EXPECT_EQ(apply(clock, 300, 40), 1120);
    EXPECT_EQ(apply(clock, 400, 3'600'000), 1160);
    EXPECT_TRUE(clock.leaps());
}

TEST(ContinuousClock, PicturesWithinOnePacketOfTheFileCountEach) {
    ContinuousClock clock(kMilliseconds);
    EXPECT_EQ(apply(clock, 0, 1000), 1000);
    EXPECT_EQ(apply(clock, -1, 1040), 1040);
    EXPECT_EQ(apply(clock, -1, 1080), 1080);
    EXPECT_EQ(apply(clock, 100, 0), 1120);
    EXPECT_EQ(apply(clock, -1, 40), 1160);
    EXPECT_EQ(clock.pieces(), 2U);
}

TEST(ContinuousClock, APauseInTheStreamIsKept) {
    ContinuousClock clock(kMilliseconds);
    apply(clock, 0, 0);
    EXPECT_EQ(apply(clock, 100, 5000), 5000);
    EXPECT_FALSE(clock.leaps());
}

TEST(ContinuousClock, PartsAlreadySeenAreMovedTheSameWayAfterASeek) {
    ContinuousClock clock(kMilliseconds);
    apply(clock, 0, 1000);
    apply(clock, 100, 1040);
    apply(clock, 200, 0);
    clock.jumped();
    EXPECT_EQ(apply(clock, 100, 1040), 1040);
    EXPECT_EQ(apply(clock, 200, 0), 1080);
    EXPECT_EQ(apply(clock, 300, 40), 1120);
}

TEST(ContinuousClock, NothingIsConcludedAcrossAJumpIntoTheUnknown) {
    ContinuousClock clock(kMilliseconds);
    apply(clock, 0, 0);
    clock.jumped();
    EXPECT_EQ(apply(clock, 9000, 60'000), 60'000);
    EXPECT_FALSE(clock.leaps());
}

}  // namespace
}  // namespace sightline
