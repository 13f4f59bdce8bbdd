#include "core/inference/work_team.h"

#include <latch>
#include <numeric>
#include <set>

#include <gtest/gtest.h>

namespace sightline {
namespace {

TEST(WorkTeam, EveryPartIsDoneOnceByAnyNumberOfThreads) {
    WorkTeam team;
    for (int round = 0; round < 2000; ++round) {
        const int threads = 1 + round % 4;
        const int count = 1 + round % 67;
        std::vector<std::atomic<int>> done(static_cast<std::size_t>(count));
        team.run(count, threads, [&](int first, int last) {
            for (int i = first; i < last; ++i) {
                done[static_cast<std::size_t>(i)].fetch_add(1, std::memory_order_relaxed);
            }
        });
        for (const auto& times : done) {
            ASSERT_EQ(times.load(), 1);
        }
    }
}

TEST(WorkTeam, HelpersWorkToo) {
    WorkTeam team;
    std::latch both(2);  // opens only if two threads are in the job at once
    team.run(2, 2, [&](int, int) { both.arrive_and_wait(); });
}

TEST(WorkTeam, SleepingHelpersWakeUp) {
    WorkTeam team;
    for (int i = 0; i < 3; ++i) {
        std::latch both(2);
        team.run(2, 2, [&](int, int) { both.arrive_and_wait(); });
        std::this_thread::sleep_for(std::chrono::milliseconds(5));  // longer than they spin
    }
}

// A helper that has no CPU takes nothing, so what it would have done is done all the same.
TEST(WorkTeam, ThreadsThatAreHeldUpLeaveTheRestToTheOthers) {
    WorkTeam team;
    std::latch free(1);
    std::atomic<int> done = 0;
    const auto caller = std::this_thread::get_id();
    team.run(40, 4, [&](int first, int last) {
        if (std::this_thread::get_id() != caller) {
            free.wait();  // each helper stays in its first piece
        }
        if (done.fetch_add(last - first) + last - first >= 40 - 3 * 2) {
            free.count_down(free.try_wait() ? 0 : 1);
        }
    });
    EXPECT_EQ(done, 40);
}

TEST(WorkTeam, WithOneThreadTheCallerDoesAll) {
    WorkTeam team;
    int calls = 0;
    team.run(10, 1, [&](int first, int last) {
        ++calls;
        EXPECT_EQ(first, 0);
        EXPECT_EQ(last, 10);
    });
    EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace sightline
