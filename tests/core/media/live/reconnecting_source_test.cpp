#include "core/media/live/reconnecting_source.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/eventually.h"
#include "tests/support/numbered_source.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;
using test::NumberedSource;

// Time that jumps to whatever it is waited for, and notes the waits.
class NotingClock final : public Clock {
public:
    SteadyTime now() const override { return now_; }
    void waitUntil(std::condition_variable_any&, std::unique_lock<std::mutex>&, const std::stop_token&,
                   SteadyTime deadline) const override {
        waits_.push_back(deadline - now_);
        now_ = deadline;
    }
    mutable std::vector<std::chrono::nanoseconds> waits_;

private:
    mutable SteadyTime now_{};
};

const Error kUnplugged{ErrorCode::Device, "unplugged", {}};

// Hands out, one after the other: a source of two frames that then fails, or an error.
class Script {
public:
    explicit Script(std::vector<bool> works) : works_(std::move(works)) {}
    Result<std::unique_ptr<FrameSource>> operator()(const std::stop_token&) {
        const bool works = next_ < works_.size() ? works_[next_] : true;
        ++next_;
        if (!works) {
            return tl::unexpected(kUnplugged);
        }
        return std::make_unique<NumberedSource>(
            test::NumberedSourceOptions{.frames = 2, .live = true, .failure = kUnplugged});
    }

private:
    const std::vector<bool> works_;
    std::size_t next_ = 0;
};

TEST(ReconnectingSource, GoesOnAfterAnInterruptionWithIdsThatGoOn) {
    const NotingClock clock;
    auto health = std::make_shared<SourceHealth>();
    ReconnectingSource source("cam", Script({true, true}), clock, health);
    for (std::uint64_t i = 0; i < 4; ++i) {
        const auto frame = source.read();
        ASSERT_TRUE(frame);
        EXPECT_EQ(frame->id, i);
        EXPECT_EQ(health->status().state, SourceState::Live);
        EXPECT_EQ(health->status().description.width, 64);
    }
    EXPECT_EQ(clock.waits_.size(), 1U);
}

TEST(ReconnectingSource, WaitsLongerAfterEachFailureUpToALimit) {
    const NotingClock clock;
    auto health = std::make_shared<SourceHealth>();
    ReconnectingSource source("cam", Script({true, false, false, false, false, false, false, true}), clock, health);
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(source.read());
    }
    const std::vector<std::chrono::nanoseconds> expected{500ms, 1s, 2s, 4s, 8s, 8s, 8s};
    EXPECT_EQ(clock.waits_, expected);
    ASSERT_TRUE(source.read());
    ASSERT_TRUE(source.read());  // the next interruption begins with the short wait again
    EXPECT_EQ(clock.waits_.back(), 500ms);
}

TEST(ReconnectingSource, TellsWhyItWaits) {
    const NotingClock clock;
    std::vector<SourceStatus> told;
    std::shared_ptr<SourceHealth> health;
    health = std::make_shared<SourceHealth>([&] { told.push_back(health->status()); });
    ReconnectingSource source("cam", Script({true, false, true}), clock, health);
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(source.read());
    }
    std::vector<SourceState> states;
    for (const SourceStatus& status : told) {
        states.push_back(status.state);
    }
    using enum SourceState;
    EXPECT_EQ(states, (std::vector{Connecting, Live, Waiting, Connecting, Waiting, Connecting, Live}));
    EXPECT_EQ(told[2].problem->message, "unplugged");
    EXPECT_EQ(told[3].problem->message, "unplugged") << "still the reason while it connects again";
    EXPECT_FALSE(told.back().problem);
}

TEST(ReconnectingSource, ASourceThatWasNeverThereEndsWithItsErrorUnlessPatient) {
    const NotingClock clock;
    ReconnectingSource source("cam", Script({false}), clock, std::make_shared<SourceHealth>());
    const auto frame = source.read();
    ASSERT_FALSE(frame);
    EXPECT_EQ(frame.error().message, "unplugged");
    ReconnectingSource patient("cam", Script({false, true}), clock, std::make_shared<SourceHealth>(),
                               {.patient = true});
    EXPECT_TRUE(patient.read());
}

TEST(ReconnectingSource, AnInterruptEndsAWait) {
    const SystemClock clock;
    test::Wakeups wakeups;
    auto health = std::make_shared<SourceHealth>([&] { wakeups(); });
    ReconnectingSource source("cam", Script({true, false}), clock, health, {.firstWait = 1h, .longestWait = 1h});
    std::jthread thread([&] {
        while (true) {
            const auto frame = source.read();
            if (!frame) {
                EXPECT_EQ(frame.error().code, ErrorCode::Cancelled);
                return;
            }
        }
    });
    ASSERT_TRUE(wakeups.waitFor([&] { return health->status().state == SourceState::Waiting; }));
    source.interrupt();
    thread.join();
    EXPECT_EQ(source.read().error().code, ErrorCode::Cancelled);
}

TEST(ReconnectingSource, AnInterruptEndsABlockedOpenAndABlockedRead) {
    const SystemClock clock;
    for (const bool inOpen : {true, false}) {
        test::Wakeups wakeups;
        std::atomic<bool> reached = false;
        ReconnectingSource source(
            "cam",
            [&](const std::stop_token& stop) -> Result<std::unique_ptr<FrameSource>> {
                if (inOpen) {
                    std::mutex mutex;
                    std::unique_lock lock(mutex);
                    std::condition_variable_any never;
                    reached = true;
                    wakeups();
                    never.wait(lock, stop, [] { return false; });
                    return fail(ErrorCode::Cancelled, "cancelled");
                }
                return std::make_unique<NumberedSource>(
                    test::NumberedSourceOptions{.frames = 1, .live = true, .blocks = true});
            },
            clock, std::make_shared<SourceHealth>());
        std::jthread thread([&] {
            while (source.read()) {
                reached = true;
                wakeups();
            }
        });
        ASSERT_TRUE(wakeups.waitFor([&] { return reached.load(); }));
        source.interrupt();
        thread.join();
    }
}

}  // namespace
}  // namespace sightline
