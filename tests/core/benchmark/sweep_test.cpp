#include "core/benchmark/sweep.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "tests/support/fake_runner.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;
using test::fakeRepetition;
using test::FakeRunner;

// Time that jumps to whatever it is waited for.
class JumpingClock final : public Clock {
public:
    SteadyTime now() const override { return now_; }
    void waitUntil(std::condition_variable_any&, std::unique_lock<std::mutex>&, const std::stop_token&,
                   SteadyTime deadline) const override {
        now_ = std::max(now_, deadline);
    }
    void pass(std::chrono::milliseconds time) { now_ += time; }

private:
    mutable SteadyTime now_{};
};

class SweepTest : public testing::Test {
protected:
    SweepTest() {
        SettingsGrid grid;
        grid.models = {test::fakeModel()};
        grid.threads = {1, 2, 3, 4};
        settings_ = grid.settings();
    }

    SweepOutcome sweep(FakeRunner& runner) {
        return runSweep(settings_, options_, runner,
                        {[this](const SweepPhase& phase) { phases_.push_back(phase); },
                         [this](std::size_t, const SettingResult&) { ++told_; }},
                        stop_.get_token(), clock_, [this] { return machine(); });
    }

    MachineSample machine() {
        return {clock_.now(), std::chrono::nanoseconds(clock_.now().time_since_epoch() * busy_ / 100)};
    }

    std::size_t waits() const {
        return static_cast<std::size_t>(std::count_if(
            phases_.begin(), phases_.end(), [](const SweepPhase& phase) { return phase.kind == SweepPhase::Waiting; }));
    }

    std::vector<BenchmarkSetting> settings_;
    SweepOptions options_;
    JumpingClock clock_;
    int busy_ = 0;  // percent of a CPU that other programs use
    std::stop_source stop_;
    std::vector<SweepPhase> phases_;
    int told_ = 0;
};

TEST_F(SweepTest, VisitsEverySettingOnceARound) {
    FakeRunner runner([](const BenchmarkSetting& setting, int) { return fakeRepetition(setting); });
    const SweepOutcome outcome = sweep(runner);
    EXPECT_FALSE(outcome.cancelled);
    ASSERT_EQ(runner.visits.size(), 8U) << "two visits of three repetitions are the six that make a figure stable";
    EXPECT_EQ(std::set(runner.visits.begin(), runner.visits.begin() + 4), std::set({1, 2, 3, 4}));
    EXPECT_EQ(std::set(runner.visits.begin() + 4, runner.visits.end()), std::set({1, 2, 3, 4}));
    for (std::size_t i = 0; i < settings_.size(); ++i) {
        EXPECT_EQ(outcome.results[i].setting, settings_[i]);
        EXPECT_EQ(outcome.results[i].repetitions.size(), 6U);
        EXPECT_TRUE(outcome.results[i].stable);
    }
    EXPECT_EQ(told_, 24);
    EXPECT_GT(phases_.back().fraction, 0.99);
}

TEST_F(SweepTest, TheSeedDecidesTheOrder) {
    const auto order = [this](std::uint64_t seed) {
        options_.seed = seed;
        FakeRunner runner([](const BenchmarkSetting& setting, int) { return fakeRepetition(setting); });
        sweep(runner);
        return runner.visits;
    };
    EXPECT_EQ(order(7), order(7));
    std::set<std::vector<int>> orders;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        orders.insert(order(seed));
    }
    EXPECT_GT(orders.size(), 10U);
}

TEST_F(SweepTest, OnlyScatteringSettingsAreRepeatedUpToTheLimit) {
    FakeRunner runner([](const BenchmarkSetting& setting, int number) {
        Repetition repetition = fakeRepetition(setting);
        if (setting.threads == 3) {
            repetition.captionsPerSecond *= number % 2 == 0 ? 1.0 : 1.5;
        }
        return repetition;
    });
    const SweepOutcome outcome = sweep(runner);
    EXPECT_EQ(outcome.results[2].repetitions.size(), 15U);
    EXPECT_FALSE(outcome.results[2].stable);
    EXPECT_EQ(outcome.results[1].repetitions.size(), 6U);
}

TEST_F(SweepTest, CancellingKeepsWhatWasMeasured) {
    FakeRunner runner([this](const BenchmarkSetting& setting, int number) {
        if (number == 5) {
            stop_.request_stop();
        }
        return fakeRepetition(setting);
    });
    const SweepOutcome outcome = sweep(runner);
    EXPECT_TRUE(outcome.cancelled);
    std::size_t kept = 0;
    for (const SettingResult& result : outcome.results) {
        kept += result.repetitions.size();
        EXPECT_FALSE(result.error) << "being cancelled is no failure of a setting";
    }
    EXPECT_EQ(kept, 5U);
    EXPECT_EQ(runner.visits.size(), 2U);
}

TEST_F(SweepTest, AFailedSettingDoesNotStopTheOthers) {
    FakeRunner runner([](const BenchmarkSetting& setting, int) -> Result<Repetition> {
        if (setting.threads == 2) {
            return fail(ErrorCode::Internal, "The benchmark process was ended by signal 9 (Killed).");
        }
        return fakeRepetition(setting);
    });
    const SweepOutcome outcome = sweep(runner);
    ASSERT_TRUE(outcome.results[1].error);
    EXPECT_EQ(std::count(runner.visits.begin(), runner.visits.end(), 2), 1) << "and is not tried again";
    EXPECT_TRUE(outcome.results[3].stable);
}

TEST_F(SweepTest, WaitsWhileOtherProgramsUseTheMachine) {
    busy_ = 150;
    FakeRunner runner([](const BenchmarkSetting& setting, int) { return fakeRepetition(setting); });
    const SweepOutcome outcome = sweep(runner);
    EXPECT_EQ(outcome.results[0].repetitions.size(), 6U) << "patience ends, and it is measured all the same";
    // Each of the eight visits waits for its 15 s, looking every 300 ms.
    EXPECT_EQ(waits(), 8U * 50U);
    for (const SweepPhase& phase : phases_) {
        if (phase.kind == SweepPhase::Waiting) {
            EXPECT_NEAR(phase.otherCpus, 1.5, 0.01);
        }
    }
}

TEST_F(SweepTest, AQuietMachineIsNotWaitedFor) {
    busy_ = 20;
    FakeRunner runner([](const BenchmarkSetting& setting, int) { return fakeRepetition(setting); });
    sweep(runner);
    EXPECT_EQ(waits(), 0U);
}

TEST_F(SweepTest, NoSettingIsBegunAfterTheTimeLimit) {
    options_.limit = 10s;
    FakeRunner runner([this](const BenchmarkSetting& setting, int) {
        clock_.pass(2s);
        return fakeRepetition(setting);
    });
    const SweepOutcome outcome = sweep(runner);
    EXPECT_TRUE(outcome.outOfTime);
    EXPECT_FALSE(outcome.cancelled);
    EXPECT_EQ(runner.visits.size(), 2U);
}

TEST(SettingsGrid, IsEveryCombinationWithoutDoubles) {
    SettingsGrid grid;
    grid.models = {test::fakeModel("int8"), test::fakeModel("fp32")};
    grid.threads = {1, 2};
    grid.interOp = {1, 2};
    grid.beams = {0, 1, 3};  // the model's own number is 3
    grid.affinities = {Affinity::Any, Affinity::Cores};
    grid.pipelines = {Pipeline::Sequential, Pipeline::Overlapped};
    grid.busyPrograms = {0, 2};
    const auto settings = grid.settings();
    EXPECT_EQ(settings.size(), 2U * 2U * 2U * 2U * 2U * 2U * 2U);
    EXPECT_EQ(settings.front().busyPrograms, 0);
    EXPECT_EQ(describeSetting(settings.back()),
              "2 threads, fp32, greedy, 2 inter-op, pinned to cores, overlapped, beside 2 busy programs");
}

TEST(ParseNumbers, TakesRangesAndLists) {
    EXPECT_EQ(parseNumbers("1-4", 1, 8).value(), (std::vector{1, 2, 3, 4}));
    EXPECT_EQ(parseNumbers(" 8, 1-2,2 ", 1, 8).value(), (std::vector{8, 1, 2}));
    for (const char* bad : {"", "0", "9", "1-9", "4-1", "two", "1,,2", "1-", "1-2-3", "1;2"}) {
        const auto parsed = parseNumbers(bad, 1, 8);
        ASSERT_FALSE(parsed) << bad;
        EXPECT_NE(parsed.error().message.find("from 1 to 8"), std::string::npos);
    }
}

}  // namespace
}  // namespace sightline
