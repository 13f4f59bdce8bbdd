// The threads that a real captioner keeps busy, as /proc counts them.
#include <algorithm>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

#include "core/benchmark/clip.h"
#include "core/benchmark/load_sample.h"
#include "core/inference/bundle_captioner.h"
#include "core/inference/thread_budget.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

constexpr int kCaptions = 150;  // long enough for the counters, beside another test too
constexpr int kAttempts = 10;

TEST(ThreadBudget, ARunningCaptionerUsesAsManyThreadsAsItIsGivenNow) {
    auto loaded = loadCaptioner(test::sourceFile("models/sightline-base.pt"), 1);
    ASSERT_TRUE(loaded) << loaded.error().message;
    const auto pictures = readClip(test::sourceFile("resources/sample.mp4"), 4);
    ASSERT_TRUE(pictures);
    const auto budget = std::make_shared<ThreadBudget>(1);
    const auto captioner = obeying(budget, std::move(*loaded));
    const auto busyThreads = [&] {
        const auto before = sampleProcess(getpid());
        for (int i = 0; i < kCaptions; ++i) {
            EXPECT_TRUE(captioner->caption((*pictures)[static_cast<std::size_t>(i) % pictures->size()],
                                           captioner->defaultSearch()));
        }
        return useBetween(*before, *sampleProcess(getpid())).busyThreads;
    };
    // Where other programs want the CPUs a thread may get none for a while, but none comes from nowhere.
    const auto busiest = [&](int threads) {
        budget->set(threads);
        int most = 0;
        for (int i = 0; i < kAttempts && most < threads; ++i) {
            const int busy = busyThreads();
            EXPECT_LE(busy, threads);
            most = std::max(most, busy);
        }
        return most;
    };
    EXPECT_EQ(busiest(1), 1);
    EXPECT_EQ(busiest(2), 2);
    if (std::thread::hardware_concurrency() > 2) {  // threads without a CPU of their own wait more than they work
        EXPECT_EQ(busiest(3), 3);
    }
    EXPECT_EQ(busiest(1), 1);
}

}  // namespace
}  // namespace sightline
