#include "core/base/run_program.h"

#include <atomic>
#include <csignal>
#include <thread>

#include <gtest/gtest.h>

#include "core/base/errands.h"
#include "tests/support/eventually.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using test::readBytes;
using test::TemporaryFolder;

TEST(RunProgram, GivesTheWordsAsTheyAre) {
    const TemporaryFolder folder;
    const std::string odd = "a \"b\" $HOME; 'c'\n*";
    ASSERT_TRUE(runProgram({"cp", "--", folder.file("none").string(), "x"}, 5s).error().message.size() > 0);
    ASSERT_TRUE(runProgram({"sh", "-c", "printf %s \"$1\" > \"$2\"", "sh", odd, folder.file("out").string()}, 5s));
    EXPECT_EQ(readBytes(folder.file("out")), odd);
}

TEST(RunProgram, TellsWhyNothingCame) {
    EXPECT_EQ(runProgram({"no-such-program-here"}, 1s).error().code, ErrorCode::NotFound);
    EXPECT_EQ(runProgram({""}, 1s).error().code, ErrorCode::NotFound);
    EXPECT_EQ(runProgram({}, 1s).error().code, ErrorCode::NotFound);
    EXPECT_EQ(runProgram({"/etc/hostname"}, 1s).error().code, ErrorCode::Io);
    EXPECT_NE(runProgram({"sh", "-c", "exit 3"}, 5s).error().message.find("failed with code 3"), std::string::npos);
    EXPECT_NE(runProgram({"sh", "-c", "kill -9 $$"}, 5s).error().message.find("signal 9"), std::string::npos);
}

TEST(RunProgram, EndsWhatTakesTooLongWithAllItStarted) {
    const TemporaryFolder folder;
    const auto begin = steady_clock::now();
    // Deaf to being asked, and with a child of its own.
    const auto outcome = runProgram(
        {"sh", "-c", "trap '' TERM; sleep 60 & echo $! > '" + folder.file("child").string() + "'; wait; sleep 60"},
        200ms);
    EXPECT_LT(steady_clock::now() - begin, 5s);
    ASSERT_FALSE(outcome);
    EXPECT_NE(outcome.error().message.find("longer than 0.2 s"), std::string::npos) << outcome.error().message;
    const int child = std::stoi(readBytes(folder.file("child")));
    const auto deadline = steady_clock::now() + test::kDeadline;
    const auto isGone = [&] {
        const std::string stat = readBytes("/proc/" + std::to_string(child) + "/stat");
        return stat.empty() || stat.find(") Z ") != std::string::npos;  // dead, not yet waited for by init
    };
    while (!isGone() && steady_clock::now() < deadline) {
        std::this_thread::sleep_for(10ms);
    }
    EXPECT_TRUE(isGone());
}

TEST(RunProgram, AStopEndsItAtOnce) {
    std::stop_source stop;
    const std::jthread stopper([&] { stop.request_stop(); });
    const auto begin = steady_clock::now();
    EXPECT_EQ(runProgram({"sleep", "60"}, 60s, stop.get_token()).error().code, ErrorCode::Cancelled);
    EXPECT_LT(steady_clock::now() - begin, 5s);
}

TEST(RunProgram, SignalsThatWeIgnoreAreNotIgnoredThere) {
    const auto before = std::signal(SIGPIPE, SIG_IGN);
    EXPECT_NE(runProgram({"sh", "-c", "kill -PIPE $$"}, 5s).error().message.find("signal 13"), std::string::npos);
    std::signal(SIGPIPE, before);
}

TEST(Errands, AreDoneInOrderAndToldWhenTheyFail) {
    test::Wakeups done;
    std::vector<int> order;
    std::vector<std::string> failures;
    Errands errands("test", [&](const Error& error) { failures.push_back(error.message); });
    std::atomic<int> count = 0;
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(errands.add([&, i](const std::stop_token&) -> Result<void> {
            order.push_back(i);
            ++count;
            done();
            if (i == 2) {
                return fail(ErrorCode::Io, "two");
            }
            return {};
        }));
    }
    ASSERT_TRUE(done.waitFor([&] { return count == 5; }));
    EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
    EXPECT_EQ(failures, std::vector<std::string>{"two"});
}

TEST(Errands, TooManyAreLeftOutAndTheEndWaitsForNone) {
    test::Wakeups begun;
    std::atomic<bool> first = false;
    std::atomic<int> others = 0;
    const auto begin = steady_clock::now();
    {
        Errands errands("test", [](const Error&) {});
        errands.add([&](const std::stop_token& stop) {
            first = true;
            begun();
            return runProgram({"sleep", "60"}, 60s, stop);
        });
        ASSERT_TRUE(begun.waitFor([&] { return first.load(); }));
        const auto other = [&](const std::stop_token&) -> Result<void> {
            ++others;
            return {};
        };
        for (std::size_t i = 0; i < Errands::kMostWaiting; ++i) {
            EXPECT_TRUE(errands.add(other));
        }
        EXPECT_FALSE(errands.add(other));
    }
    EXPECT_EQ(others, 0);
    EXPECT_LT(steady_clock::now() - begin, 10s);
}

}  // namespace
}  // namespace sightline
