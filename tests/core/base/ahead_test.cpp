#include "core/base/ahead.h"

#include <memory>
#include <semaphore>
#include <stdexcept>

#include <gtest/gtest.h>

namespace sightline {
namespace {

TEST(Ahead, WorksWhileOneDoesSomethingElse) {
    std::binary_semaphore goOn(0);
    Ahead<std::unique_ptr<int>> ahead("test");
    ahead.begin([&] {
        goOn.acquire();
        return std::make_unique<int>(1);
    });
    goOn.release();  // reached at once: begin() does not wait for the work
    EXPECT_EQ(*ahead.take(), 1);
    ahead.begin([] { return std::make_unique<int>(2); });
    EXPECT_EQ(*ahead.take(), 2);
}

TEST(Ahead, WhatTheWorkThrowsIsThrownByTake) {
    Ahead<int> ahead("test");
    ahead.begin([]() -> int { throw std::runtime_error("broken"); });
    EXPECT_THROW(ahead.take(), std::runtime_error);
    ahead.begin([] { return 3; });
    EXPECT_EQ(ahead.take(), 3);
}

TEST(Ahead, WhatIsWaitedForIsDropped) {
    Ahead<int> ahead("test");
    ahead.begin([]() -> int { throw std::runtime_error("broken"); });
    ahead.wait();
    ahead.begin([] { return 4; });
    EXPECT_EQ(ahead.take(), 4);
}

TEST(Ahead, TheEndWaitsForWorkUnderWay) {
    std::binary_semaphore begun(0);
    bool done = false;
    {
        Ahead<int> ahead("test");
        ahead.begin([&] {
            begun.release();
            std::this_thread::yield();
            done = true;
            return 0;
        });
        begun.acquire();
    }
    EXPECT_TRUE(done);
}

}  // namespace
}  // namespace sightline
