#include "core/inference/thread_governor.h"

#include <functional>
#include <map>

#include <gtest/gtest.h>

namespace sightline {
namespace {

StageTimes taking(double milliseconds) {
    StageTimes times;
    times.encode = std::chrono::nanoseconds(static_cast<std::int64_t>(milliseconds * 1e6));
    times.steps = 11;
    return times;
}

// Makes `captions`, each as slow as `cost` says for its threads; returns how often each number of threads was used.
std::map<int, int> caption(ThreadGovernor& governor, int captions, int most, double cpuShare,
                           const std::function<double(int)>& cost) {
    std::map<int, int> used;
    for (int i = 0; i < captions; ++i) {
        const int threads = governor.threads(most);
        ++used[threads];
        governor.note(taking(cost(threads)), cpuShare);
    }
    return used;
}

double idle(int threads) { return 20.0 / threads; }
double contended(int threads) { return threads == 1 ? 40.0 : 300.0; }

TEST(ThreadGovernor, AnIdleMachineAlwaysGetsAllThreads) {
    ThreadGovernor governor;
    EXPECT_EQ(caption(governor, 1000, 4, 1.0, idle), (std::map<int, int>{{4, 1000}}));
}

TEST(ThreadGovernor, GoesToFewerThreadsWhileMoreDoNotPayAndRarelyTriesThemAgain) {
    ThreadGovernor governor;
    const auto used = caption(governor, 1000, 2, 0.5, contended);
    EXPECT_GT(used.at(1), 960);
    EXPECT_LE(used.at(2), 40);
}

TEST(ThreadGovernor, GoesBackWhenMorePayAgain) {
    ThreadGovernor governor;
    caption(governor, 1000, 2, 0.5, contended);
    EXPECT_EQ(governor.threads(2), 1);
    caption(governor, 300, 2, 1.0, idle);
    EXPECT_EQ(governor.threads(2), 2);
    EXPECT_EQ(caption(governor, 100, 2, 1.0, idle), (std::map<int, int>{{2, 100}}));
}

TEST(ThreadGovernor, KeepsAllThreadsWhereTheyPayUnderLoadToo) {
    ThreadGovernor governor;
    const auto used = caption(governor, 1000, 2, 0.6, [](int threads) { return 60.0 / threads; });
    EXPECT_GT(used.at(2), 950);
}

TEST(ThreadGovernor, OneThreadStaysOne) {
    ThreadGovernor governor;
    EXPECT_EQ(caption(governor, 100, 1, 0.3, contended), (std::map<int, int>{{1, 100}}));
}

TEST(ThreadGovernor, ANewBudgetBeginsWithAllOfIt) {
    ThreadGovernor governor;
    caption(governor, 100, 2, 0.5, contended);
    EXPECT_EQ(governor.threads(4), 4);
}

// Captions of different lengths are compared by what a usual one would take.
TEST(ThreadGovernor, ALongCaptionIsNotTakenForASlowOne) {
    ThreadGovernor governor;
    for (int i = 0; i < 200; ++i) {
        EXPECT_EQ(governor.threads(2), 2);
        StageTimes times;
        times.steps = 5 + i % 15;
        times.generate = std::chrono::milliseconds(times.steps);
        governor.note(times, 1.0);
    }
}

}  // namespace
}  // namespace sightline
