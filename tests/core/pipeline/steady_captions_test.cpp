#include "core/pipeline/steady_captions.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "core/pipeline/live_session.h"
#include "tests/support/eventually.h"
#include "tests/support/fake_captioner.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

// The same grey picture each time, 50 ms after the one before.
class SteadyCaptionsTest : public testing::Test {
protected:
    bool push(const std::string& text, std::uint32_t generation = 0) {
        Frame frame;
        frame.id = next_;
        frame.generation = generation;
        frame.captured = SteadyTime(next_ * 50ms);
        frame.image = Image(64, 48);
        std::fill_n(frame.image.data(), frame.image.sizeBytes(), std::uint8_t{90});
        Caption caption;
        caption.text = text;
        caption.confidence = 0.5;
        caption.frameId = next_++;
        caption.generation = generation;
        caption.captured = frame.captured;
        return steady_.push(std::make_shared<const Frame>(std::move(frame)), caption);
    }

    SteadyCaptions steady_;
    std::uint64_t next_ = 0;
};

TEST_F(SteadyCaptionsTest, WhatIsShownCarriesTheFrameItDescribesAndTheNewestThatConfirmsIt) {
    push("A dog runs");
    for (int i = 0; i < 9; ++i) {
        push("A dog runs");
    }
    const auto shown = steady_.current();
    ASSERT_TRUE(shown);
    EXPECT_EQ(shown->caption.text, "A dog runs");
    EXPECT_EQ(shown->frame->id, 0U);
    EXPECT_EQ(shown->frame->captured, shown->caption.captured);
    EXPECT_EQ(shown->confirmed, SteadyTime(9 * 50ms));
    EXPECT_EQ(steady_.history().size(), 1U);
}

TEST_F(SteadyCaptionsTest, AnotherSourceShowsNothingOfTheOldOneButTheHistoryStays) {
    push("A dog runs");
    steady_.restart(1);
    EXPECT_FALSE(steady_.current());
    EXPECT_FALSE(push("A dog runs", 0)) << "a caption of the old source";
    EXPECT_FALSE(steady_.current());
    EXPECT_TRUE(push("A dog runs", 1));
    EXPECT_EQ(steady_.history().size(), 2U);
    EXPECT_EQ(steady_.current()->number, 2U);
}

TEST_F(SteadyCaptionsTest, SteadinessMayChangeWhileCaptionsCome) {
    steady_.setSteadiness(1.0);
    push("A dog runs");
    EXPECT_FALSE(push("A man sits"));
    steady_.setSteadiness(0.0);
    EXPECT_TRUE(push("A man sits"));
}

TEST_F(SteadyCaptionsTest, AReaderThatWasAwayGetsWhatItMissed) {
    steady_.setSteadiness(0.0);
    push("One");
    push("Two");
    push("Three");
    ASSERT_EQ(steady_.after(1).size(), 2U);
    EXPECT_EQ(steady_.after(1)[0].text, "Two");
    EXPECT_TRUE(steady_.after(3).empty());
}

TEST(SteadyCaptionsOfASession, ComeFromItsCaptioner) {
    const SystemClock clock;
    test::Wakeups wakeups;
    LiveSession session(clock, {[] {}, [&] { wakeups(); }, [] {}});
    session.setCaptioner(std::make_unique<test::FakeCaptioner>(), {});
    session.open(std::make_unique<test::NumberedSource>(test::NumberedSourceOptions{.frames = 1, .blocks = true}));
    ASSERT_TRUE(wakeups.waitFor([&] { return session.steady().current().has_value(); }));
    EXPECT_EQ(session.steady().current()->caption.text, "Number 0");
    session.open(std::make_unique<test::NumberedSource>(test::NumberedSourceOptions{.frames = 1, .blocks = true}));
    ASSERT_TRUE(wakeups.waitFor([&] { return session.steady().history().size() == 2; }));
}

}  // namespace
}  // namespace sightline
