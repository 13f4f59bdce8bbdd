#include "core/pipeline/bounded_queue.h"

#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace sightline {
namespace {

TEST(BoundedQueue, KeepsOrderAndLosesNothingUnderPressure) {
    BoundedQueue<int> queue(2);
    std::jthread producer([&] {
        for (int i = 0; i < 1000; ++i) {
            EXPECT_TRUE(queue.push(i, {}));
            EXPECT_LE(queue.size(), 2U);
        }
        queue.close();
    });
    int expected = 0;
    while (const auto item = queue.pop({})) {
        EXPECT_EQ(*item, expected++);
    }
    EXPECT_EQ(expected, 1000);
}

TEST(BoundedQueue, ItemsQueuedBeforeCloseCanStillBePopped) {
    BoundedQueue<int> queue(2);
    EXPECT_TRUE(queue.push(1, {}));
    queue.close();
    EXPECT_FALSE(queue.push(2, {}));
    EXPECT_EQ(queue.pop({}), 1);
    EXPECT_EQ(queue.pop({}), std::nullopt);
}

TEST(BoundedQueue, TryPopTakesOnlyWhatIsThere) {
    BoundedQueue<int> queue(1);
    EXPECT_EQ(queue.tryPop(), std::nullopt);
    EXPECT_TRUE(queue.push(1, {}));
    std::jthread producer([&] { EXPECT_TRUE(queue.push(2, {})); });  // waits for the room that is made here
    EXPECT_EQ(queue.tryPop(), 1);
    EXPECT_EQ(queue.pop({}), 2);
}

TEST(BoundedQueue, AStopRequestEndsAWaitingPush) {
    BoundedQueue<int> queue(1);
    std::stop_source stop;
    EXPECT_TRUE(queue.push(1, stop.get_token()));
    std::jthread stopper([&] { stop.request_stop(); });
    EXPECT_FALSE(queue.push(2, stop.get_token()));
}

TEST(BoundedQueue, AStopRequestEndsAWaitingPop) {
    BoundedQueue<int> queue(1);
    std::stop_source stop;
    std::jthread stopper([&] { stop.request_stop(); });
    EXPECT_EQ(queue.pop(stop.get_token()), std::nullopt);
}

TEST(BoundedQueue, AStopRequestCountsMoreThanItemsOrRoom) {
    BoundedQueue<int> queue(2);
    std::stop_source stop;
    EXPECT_TRUE(queue.push(1, stop.get_token()));
    stop.request_stop();
    EXPECT_FALSE(queue.push(2, stop.get_token()));
    EXPECT_EQ(queue.pop(stop.get_token()), std::nullopt);
}

TEST(BoundedQueue, MovesWhatCannotBeCopied) {
    BoundedQueue<std::unique_ptr<int>> queue(1);
    EXPECT_TRUE(queue.push(std::make_unique<int>(5), {}));
    EXPECT_EQ(**queue.pop({}), 5);
}

}  // namespace
}  // namespace sightline
