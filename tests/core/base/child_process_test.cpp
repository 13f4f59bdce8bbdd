#include "core/base/child_process.h"

#include <chrono>

#include <gtest/gtest.h>

namespace sightline {
namespace {

using namespace std::chrono_literals;

struct Told {
    std::vector<std::string> lines;
    Result<void> done;
};

Told runShell(const std::string& script, std::chrono::milliseconds patience = 60s, const std::stop_token& stop = {}) {
    auto child = ChildProcess::start("/bin/sh", {"-c", script}, "The benchmark process");
    EXPECT_TRUE(child);
    Told told;
    told.done = child->readLines([&](std::string_view line) { told.lines.emplace_back(line); }, patience, stop);
    return told;
}

TEST(ChildProcess, TellsLinesAsTheyCome) {
    const Told told = runShell("echo one; echo two; printf unfinished");
    ASSERT_TRUE(told.done);
    EXPECT_EQ(told.lines, (std::vector<std::string>{"one", "two"}));
}

TEST(ChildProcess, AFailureSaysWhatItWroteAsAnError) {
    const Told told = runShell("echo 'The model is damaged.' >&2; exit 3");
    ASSERT_FALSE(told.done);
    EXPECT_EQ(told.done.error().message, "The benchmark process failed with code 3. The model is damaged.");
}

TEST(ChildProcess, ASignalIsNamed) {
    const Told told = runShell("kill -KILL $$");
    ASSERT_FALSE(told.done);
    EXPECT_NE(told.done.error().message.find("signal 9 (Killed)"), std::string::npos) << told.done.error().message;
}

TEST(ChildProcess, CancellingEndsItAtOnce) {
    std::stop_source stop;
    auto child = ChildProcess::start("/bin/sh", {"-c", "echo begun; exec sleep 600"}, "The benchmark process");
    ASSERT_TRUE(child);
    const auto done = child->readLines([&](std::string_view) { stop.request_stop(); }, 60s, stop.get_token());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::Cancelled);
}

TEST(ChildProcess, OneThatSaysNothingIsGivenUp) {
    const Told told = runShell("exec sleep 600", 50ms);
    ASSERT_FALSE(told.done);
    EXPECT_NE(told.done.error().message.find("said nothing"), std::string::npos);
}

TEST(ChildProcess, AProgramThatIsNotThereCannotBeStarted) {
    const auto child = ChildProcess::start("/nowhere/program", {}, "The benchmark process");
    ASSERT_FALSE(child);
    EXPECT_NE(child.error().message.find("Cannot start /nowhere/program"), std::string::npos);
}

}  // namespace
}  // namespace sightline
