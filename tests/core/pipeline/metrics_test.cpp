#include "core/pipeline/metrics.h"

#include <gtest/gtest.h>

namespace sightline {
namespace {

using namespace std::chrono_literals;

const SteadyTime kStart{};

TEST(RateMeter, MeasuresASteadyRate) {
    RateMeter meter(2s);
    SteadyTime now = kStart;
    for (int i = 0; i < 100; ++i) {
        now += 40ms;
        meter.tick(now);
    }
    EXPECT_NEAR(meter.perSecond(now), 25.0, 0.01);
}

TEST(RateMeter, IsRightBeforeItsWindowHasFilled) {
    RateMeter meter(2s);
    meter.tick(kStart);
    EXPECT_EQ(meter.perSecond(kStart), 0.0);
    meter.tick(kStart + 100ms);
    EXPECT_NEAR(meter.perSecond(kStart + 100ms), 10.0, 0.01);
}

TEST(RateMeter, FallsToZeroInSilence) {
    RateMeter meter(2s);
    for (int i = 0; i < 50; ++i) {
        meter.tick(kStart + i * 40ms);
    }
    EXPECT_LT(meter.perSecond(kStart + 3s), 20.0);
    EXPECT_EQ(meter.perSecond(kStart + 10s), 0.0);
}

TEST(RateMeter, TellsOfEventsFurtherApartThanItsWindow) {
    RateMeter meter(2s);
    for (int i = 0; i < 4; ++i) {
        meter.tick(kStart + i * 2500ms);
    }
    EXPECT_NEAR(meter.perSecond(kStart + 8s), 0.4, 0.01);
    EXPECT_NEAR(meter.perSecond(kStart + 12s), 0.22, 0.01);
    EXPECT_EQ(meter.perSecond(kStart + 16s), 0.0);
}

TEST(DurationWindow, GivesTheMedianOfTheLastValues) {
    DurationWindow window(3);
    EXPECT_FALSE(window.median());
    for (const int value : {100, 1, 2, 3}) {
        window.add(std::chrono::milliseconds(value));
    }
    EXPECT_EQ(*window.median(), 2ms);
    window.reset();
    EXPECT_FALSE(window.median());
}

TEST(DurationWindow, GivesPercentilesByNearestRank) {
    DurationWindow window(200);
    EXPECT_FALSE(window.percentiles());
    window.add(7ms);
    EXPECT_EQ(window.percentiles()->p50, 7ms);
    EXPECT_EQ(window.percentiles()->p99, 7ms);
    window.reset();
    for (int i = 200; i >= 1; --i) {
        window.add(std::chrono::milliseconds(i));
    }
    EXPECT_EQ(window.percentiles()->p50, 100ms);
    EXPECT_EQ(window.percentiles()->p95, 190ms);
    EXPECT_EQ(window.percentiles()->p99, 198ms);
}

}  // namespace
}  // namespace sightline
