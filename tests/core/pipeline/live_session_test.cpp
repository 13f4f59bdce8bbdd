#include "core/pipeline/live_session.h"

#include <algorithm>
#include <semaphore>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/eventually.h"
#include "tests/support/fake_captioner.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;
using test::NumberedSource;

// Time that jumps to whatever it is waited for, so that pacing is exact and tests are fast.
class JumpingClock final : public Clock {
public:
    SteadyTime now() const override {
        const std::lock_guard lock(mutex_);
        return now_;
    }
    void waitUntil(std::condition_variable_any&, std::unique_lock<std::mutex>&, const std::stop_token&,
                   SteadyTime deadline) const override {
        const std::lock_guard lock(mutex_);
        now_ = std::max(now_, deadline);
    }

private:
    mutable std::mutex mutex_;
    mutable SteadyTime now_{};
};

// A session that notes every frame that reached the preview.
class LiveSessionTest : public testing::Test {
protected:
    LiveSessionTest()
        : session_(clock_, {.frameReady =
                                [this] {
                                    if (const auto frame = session_.takeFrame()) {
                                        const std::lock_guard lock(mutex_);
                                        frames_.push_back(frame);
                                    }
                                    wakeups_();
                                },
                            .captionReady = [this] { wakeups_(); },
                            .stateChanged = [this] { wakeups_(); }}) {}

    std::vector<FramePtr> frames() {
        const std::lock_guard lock(mutex_);
        return frames_;
    }
    bool reaches(PlayState state) {
        return wakeups_.waitFor([this, state] { return session_.state() == state; });
    }

    std::mutex mutex_;
    std::vector<FramePtr> frames_;
    test::Wakeups wakeups_;
    JumpingClock clock_;
    LiveSession session_;
};

TEST_F(LiveSessionTest, AFileIsShownFrameByFrameAtItsOwnPace) {
    session_.open(std::make_unique<NumberedSource>(test::NumberedSourceOptions{.frames = 50}));
    ASSERT_TRUE(reaches(PlayState::Ended));
    const auto shown = frames();
    ASSERT_EQ(shown.size(), 50U);
    for (std::size_t i = 1; i < shown.size(); ++i) {
        EXPECT_EQ(shown[i]->id, i);
        EXPECT_EQ(shown[i]->captured - shown[0]->captured, shown[i]->pts - shown[0]->pts);
    }
}

TEST_F(LiveSessionTest, PlayingAgainAfterTheEndStartsFromTheBeginning) {
    session_.open(std::make_unique<NumberedSource>(test::NumberedSourceOptions{.frames = 5}));
    ASSERT_TRUE(reaches(PlayState::Ended));
    session_.setPaused(false);
    ASSERT_TRUE(wakeups_.waitFor([&] { return frames().size() == 10; }));
    EXPECT_EQ(frames()[5]->id, 0U);
}

TEST_F(LiveSessionTest, ALoopedFileGoesOn) {
    session_.open(std::make_unique<NumberedSource>(test::NumberedSourceOptions{.frames = 5}), {.loop = true});
    ASSERT_TRUE(wakeups_.waitFor([&] { return frames().size() >= 12; }));
    EXPECT_EQ(frames()[5]->id, 0U);
    EXPECT_EQ(frames()[11]->id, 1U);
}

TEST_F(LiveSessionTest, ASeekShowsThatFrameAndRaisesTheGeneration) {
    session_.open(std::make_unique<NumberedSource>(test::NumberedSourceOptions{.frames = 5}));
    ASSERT_TRUE(reaches(PlayState::Ended));
    const auto before = session_.generation();
    session_.seek(3 * 40ms);
    ASSERT_TRUE(wakeups_.waitFor([&] { return frames().size() == 7; }));
    EXPECT_EQ(frames()[5]->id, 3U);
    EXPECT_EQ(frames()[5]->generation, before + 1);
}

TEST_F(LiveSessionTest, APausedFileStandsStillButFollowsASeek) {
    session_.open(
        std::make_unique<NumberedSource>(test::NumberedSourceOptions{.frames = 1'000'000, .frameDuration = 1ms}));
    ASSERT_TRUE(wakeups_.waitFor([&] { return !frames().empty(); }));
    session_.setPaused(true);
    ASSERT_TRUE(reaches(PlayState::Paused));
    session_.seek(500'000ms);
    ASSERT_TRUE(wakeups_.waitFor([&] { return frames().back()->id == 500'000U; }));
    const auto shown = frames().size();
    session_.seek(700'000ms);
    ASSERT_TRUE(wakeups_.waitFor([&] { return frames().back()->id == 700'000U; }));
    EXPECT_EQ(frames().size(), shown + 1) << "frames went on while paused";
    session_.setPaused(false);
    ASSERT_TRUE(wakeups_.waitFor([&] { return frames().back()->id > 700'001U; }));
}

TEST_F(LiveSessionTest, APausedVideoSoughtToItsEndAndBackCanPlayOn) {
    session_.open(
        std::make_unique<NumberedSource>(test::NumberedSourceOptions{.frames = 1'000'000, .frameDuration = 1ms}));
    ASSERT_TRUE(wakeups_.waitFor([&] { return !frames().empty(); }));
    session_.setPaused(true);
    session_.seek(999'999ms);
    ASSERT_TRUE(wakeups_.waitFor([&] { return frames().back()->id == 999'999U; }));
    session_.seek(10ms);
    ASSERT_TRUE(wakeups_.waitFor([&] { return frames().back()->id == 10U; }));
    EXPECT_EQ(session_.state(), PlayState::Paused);
    session_.setPaused(false);
    ASSERT_TRUE(wakeups_.waitFor([&] { return frames().back()->id > 11U; }));
}

TEST_F(LiveSessionTest, ACutShortFileCanBePlayedAgain) {
    session_.open(std::make_unique<NumberedSource>(
        test::NumberedSourceOptions{.frames = 3, .failure = Error{ErrorCode::Corrupt, "cut short", {}}}));
    ASSERT_TRUE(reaches(PlayState::Failed));
    session_.setPaused(false);
    ASSERT_TRUE(wakeups_.waitFor([&] { return frames().size() == 6; }));
    EXPECT_EQ(frames()[3]->id, 0U);
}

TEST_F(LiveSessionTest, AModelThatComesLateCaptionsTheNewestFrame) {
    session_.open(std::make_unique<NumberedSource>(test::NumberedSourceOptions{.frames = 4}));
    ASSERT_TRUE(reaches(PlayState::Ended));
    session_.setCaptioner(std::make_unique<test::FakeCaptioner>(), {});
    ASSERT_TRUE(wakeups_.waitFor([&] { return session_.captions().size() == 1; }));
    EXPECT_EQ(session_.captions().latest()->frameId, 3U);
}

TEST_F(LiveSessionTest, FramesAreCaptionedOnceAModelIsThere) {
    session_.setCaptioner(std::make_unique<test::FakeCaptioner>(), {});
    session_.open(std::make_unique<NumberedSource>(test::NumberedSourceOptions{.frames = 3, .blocks = true}));
    ASSERT_TRUE(wakeups_.waitFor([&] {
        const auto caption = session_.captions().latest();
        return caption && caption->frameId == 2;
    }));
    EXPECT_EQ(session_.captions().latest()->text, "Number 2");
    EXPECT_EQ(session_.metrics().dropped + session_.captions().size(), 3U);
}

TEST_F(LiveSessionTest, ThePreviewNeverWaitsForTheModel) {
    std::counting_semaphore<4> proceed(0);
    session_.setCaptioner(std::make_unique<test::FakeCaptioner>([&](int number) -> std::optional<Error> {
                              if (number < 50) {
                                  proceed.acquire();
                              }
                              return std::nullopt;
                          }),
                          {});
    session_.open(std::make_unique<NumberedSource>(test::NumberedSourceOptions{.frames = 50}));
    ASSERT_TRUE(reaches(PlayState::Ended));
    EXPECT_EQ(frames().size(), 50U);
    EXPECT_EQ(session_.captions().size(), 0U);
    proceed.release(2);  // the caption under way, if it is not that of the newest frame already, and the newest one's
    ASSERT_TRUE(wakeups_.waitFor([&] {
        const auto caption = session_.captions().latest();
        return caption && caption->frameId == 49;
    }));
}

TEST_F(LiveSessionTest, CloseEndsABlockedSource) {
    session_.open(
        std::make_unique<NumberedSource>(test::NumberedSourceOptions{.frames = 1, .live = true, .blocks = true}));
    ASSERT_TRUE(wakeups_.waitFor([&] { return frames().size() == 1; }));
    session_.close();
    EXPECT_EQ(session_.state(), PlayState::Closed);
}

TEST_F(LiveSessionTest, AFailingSourceTellsWhy) {
    session_.open(std::make_unique<NumberedSource>(
        test::NumberedSourceOptions{.frames = 2, .live = true, .failure = Error{ErrorCode::Device, "unplugged", {}}}));
    ASSERT_TRUE(reaches(PlayState::Failed));
    EXPECT_EQ(session_.error()->message, "unplugged");
    EXPECT_EQ(frames().size(), 2U);
}

TEST_F(LiveSessionTest, SourcesCanBeExchangedManyTimes) {
    session_.setCaptioner(std::make_unique<test::FakeCaptioner>(), {});
    for (int i = 0; i < 50; ++i) {
        session_.open(std::make_unique<NumberedSource>(test::NumberedSourceOptions{.frames = 100, .blocks = true}));
    }
    const auto generation = session_.generation();
    ASSERT_TRUE(wakeups_.waitFor([&] {
        const auto caption = session_.captions().latest();
        return caption && caption->generation == generation;
    }));
}

}  // namespace
}  // namespace sightline
