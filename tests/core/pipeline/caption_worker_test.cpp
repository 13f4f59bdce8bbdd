#include "core/pipeline/caption_worker.h"

#include <semaphore>

#include <gtest/gtest.h>

#include "tests/support/eventually.h"
#include "tests/support/fake_captioner.h"

namespace sightline {
namespace {

FramePtr numbered(int number, std::uint32_t generation) {
    return std::make_shared<const Frame>(test::numberedFrame(number, generation));
}

class CaptionWorkerTest : public testing::Test {
protected:
    std::unique_ptr<CaptionWorker> start(std::unique_ptr<Captioner> captioner) {
        return std::make_unique<CaptionWorker>(std::move(captioner), SearchOptions{}, frames, generation, clock, track,
                                               steady, [this] { wakeups(); });
    }

    LatestFrame frames;
    std::atomic<std::uint32_t> generation = 0;
    const SystemClock clock;
    CaptionTrack track;
    SteadyCaptions steady;
    test::Wakeups wakeups;
};

TEST_F(CaptionWorkerTest, ACaptionNamesItsFrame) {
    auto worker = start(std::make_unique<test::FakeCaptioner>());
    frames.put(numbered(41, 0));
    ASSERT_TRUE(wakeups.waitFor([&] { return track.size() == 1; }));
    const auto caption = track.latest();
    EXPECT_EQ(caption->text, "Number 41");
    EXPECT_EQ(caption->frameId, 41U);
    EXPECT_GE(caption->finished, caption->captured);
    EXPECT_EQ(*worker->inference().median(), std::chrono::milliseconds(1));
}

TEST_F(CaptionWorkerTest, WhileItIsBusyOnlyTheNewestFrameWaits) {
    std::binary_semaphore started(0);
    std::counting_semaphore<8> proceed(0);
    auto captioner = std::make_unique<test::FakeCaptioner>([&](int number) -> std::optional<Error> {
        if (number == 0) {
            started.release();
            proceed.acquire();
        }
        return std::nullopt;
    });
    auto worker = start(std::move(captioner));
    frames.put(numbered(0, 0));
    started.acquire();
    for (int number = 1; number <= 5; ++number) {
        frames.put(numbered(number, 0));
    }
    proceed.release();
    ASSERT_TRUE(wakeups.waitFor([&] { return track.size() == 2; }));
    EXPECT_EQ(track.latest()->frameId, 5U);
    EXPECT_EQ(frames.dropped(), 4U);
}

TEST_F(CaptionWorkerTest, ResultsOfAnOlderGenerationAreThrownAway) {
    std::binary_semaphore started(0);
    std::binary_semaphore proceed(0);
    auto captioner = std::make_unique<test::FakeCaptioner>([&](int number) -> std::optional<Error> {
        if (number == 1) {
            started.release();
            proceed.acquire();
        }
        return std::nullopt;
    });
    auto worker = start(std::move(captioner));
    frames.put(numbered(1, 0));
    started.acquire();
    generation = 1;  // a seek while the model runs
    proceed.release();
    frames.put(numbered(2, 1));
    ASSERT_TRUE(wakeups.waitFor([&] { return track.size() == 1; }));
    EXPECT_EQ(track.latest()->frameId, 2U);
}

TEST_F(CaptionWorkerTest, AFailingModelIsReportedAndTheNextCaptionClearsIt) {
    auto captioner = std::make_unique<test::FakeCaptioner>([](int number) {
        return number == 1 ? std::optional(Error{ErrorCode::Model, "broken", {}}) : std::nullopt;
    });
    auto worker = start(std::move(captioner));
    frames.put(numbered(1, 0));
    ASSERT_TRUE(wakeups.waitFor([&] { return worker->lastError().has_value(); }));
    EXPECT_EQ(worker->lastError()->message, "broken");
    frames.put(numbered(2, 0));
    ASSERT_TRUE(wakeups.waitFor([&] { return track.size() == 1; }));
    EXPECT_FALSE(worker->lastError());
}

}  // namespace
}  // namespace sightline
