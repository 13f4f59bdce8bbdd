#include "core/pipeline/latest_frame.h"

#include <thread>

#include <gtest/gtest.h>

#include "tests/support/numbered_source.h"

namespace sightline {
namespace {

FramePtr numbered(int number) { return std::make_shared<const Frame>(test::numberedFrame(number)); }

TEST(LatestFrame, TheNewestFrameWins) {
    LatestFrame slot;
    slot.put(numbered(1));
    slot.put(numbered(2));
    EXPECT_EQ(slot.tryTake()->id, 2U);
    EXPECT_EQ(slot.tryTake(), nullptr);
}

TEST(LatestFrame, OnlyReplacedFramesCountAsDropped) {
    LatestFrame slot;
    slot.put(numbered(1));
    slot.tryTake();
    slot.put(numbered(2));
    EXPECT_EQ(slot.dropped(), 0U);
    slot.put(numbered(3));
    slot.put(numbered(4));
    EXPECT_EQ(slot.dropped(), 2U);
    slot.clear();
    EXPECT_EQ(slot.tryTake(), nullptr);
    EXPECT_EQ(slot.dropped(), 0U);
}

TEST(LatestFrame, TakeWaitsForAFrame) {
    LatestFrame slot;
    std::jthread writer([&] { slot.put(numbered(7)); });
    EXPECT_EQ(slot.take({})->id, 7U);
}

TEST(LatestFrame, AStopRequestEndsTheWait) {
    LatestFrame slot;
    std::stop_source stop;
    std::jthread stopper([&] { stop.request_stop(); });
    EXPECT_EQ(slot.take(stop.get_token()), nullptr);
}

TEST(LatestFrame, AStopRequestCountsMoreThanAWaitingFrame) {
    LatestFrame slot;
    std::stop_source stop;
    slot.put(numbered(1));
    stop.request_stop();
    EXPECT_EQ(slot.take(stop.get_token()), nullptr);
}

TEST(LatestFrame, AReplacedFrameIsFreedAtOnce) {
    LatestFrame slot;
    auto first = numbered(1);
    const std::weak_ptr<const Frame> watch = first;
    slot.put(std::move(first));
    slot.put(numbered(2));
    EXPECT_TRUE(watch.expired());
}

}  // namespace
}  // namespace sightline
