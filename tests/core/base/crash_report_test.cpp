#include "core/base/crash_report.h"

#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/log_file.h"
#include "core/base/logging.h"
#include "core/base/user_folders.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

// Runs `crash` in a process of its own with reports and a log; returns how it ended.
template <typename Crash>
int crashedStatus(const std::filesystem::path& folder, Crash crash) {
    const pid_t child = ::fork();
    if (child == 0) {
        const auto log = startLogFile(folder);
        writeCrashReports(folder / "crashes", "sightline 1.2.3\n", log ? *log : std::filesystem::path());
        logger("app")->info("The last thing that happened");
        crash();
        std::_Exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
}

void loseACue() { throw std::runtime_error("no such cue"); }

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

class CrashReportTest : public ::testing::Test {
protected:
    test::TemporaryFolder folder_;
    std::filesystem::path crashes_ = folder_.file("state/crashes");
};

TEST_F(CrashReportTest, AFaultLeavesVersionsStackAndTheEndOfTheLog) {
    const int status = crashedStatus(folder_.file("state"), [] { ::raise(SIGSEGV); });
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV) << "it ends as it would have";
    const auto report = newCrashReport(crashes_);
    ASSERT_TRUE(report);
    const std::string text = test::readBytes(*report);
    EXPECT_TRUE(text.starts_with("sightline 1.2.3\n")) << text;
    EXPECT_TRUE(holds(text, "SIGSEGV")) << text;
    EXPECT_TRUE(holds(text, "base_test(")) << "addresses in the program: " << text;
    EXPECT_TRUE(holds(text, "The last thing that happened")) << text;
}

TEST_F(CrashReportTest, AnExceptionThatNobodyCatchesIsNamed) {
    const int status = crashedStatus(folder_.file("state"), []() noexcept { loseACue(); });
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    const auto report = newCrashReport(crashes_);
    ASSERT_TRUE(report);
    EXPECT_TRUE(holds(test::readBytes(*report), "uncaught exception: no such cue"));
}

TEST_F(CrashReportTest, ReportsAreNewUntilTheyAreAcknowledgedAndFewAreKept) {
    EXPECT_FALSE(newCrashReport(crashes_)) << "no folder yet";
    std::filesystem::create_directories(crashes_);
    for (int i = 0; i < 8; ++i) {
        test::writeBytes(crashes_ / ("2026010" + std::to_string(i) + "-000000-1.txt"), "report");
    }
    EXPECT_EQ(newCrashReport(crashes_)->filename(), "20260107-000000-1.txt");
    acknowledgeCrashReports(crashes_);
    EXPECT_FALSE(newCrashReport(crashes_));
    EXPECT_FALSE(std::filesystem::exists(crashes_ / "20260101-000000-1.txt"));
    EXPECT_TRUE(std::filesystem::exists(crashes_ / "20260107-000000-1.txt"));
    test::writeBytes(crashes_ / "20260201-000000-1.txt", "report");
    EXPECT_TRUE(newCrashReport(crashes_)) << "another crash";
}

TEST_F(CrashReportTest, ProcessesThatLogIntoOneFolderHaveFilesOfTheirOwn) {
    const int status = crashedStatus(folder_.file("state"), [this] {
        // While the first still runs.
        const int inner = crashedStatus(folder_.file("state"), [] {});
        std::_Exit(WEXITSTATUS(inner));
    });
    EXPECT_EQ(status, 0);
    for (const char* name : {"state/sightline.log", "state/sightline-2.log"}) {
        EXPECT_TRUE(holds(test::readBytes(folder_.file(name)), "The last thing that happened")) << name;
    }
}

TEST(UserFolders, FollowTheSpecificationAndIgnoreRelativePaths) {
    const auto set = [](const char* name, const char* value) { value ? ::setenv(name, value, 1) : ::unsetenv(name); };
    const char* home = std::getenv("HOME");
    const std::string former = home ? home : "";
    set("HOME", "/home/me");
    set("XDG_STATE_HOME", nullptr);
    set("XDG_RUNTIME_DIR", nullptr);
    EXPECT_EQ(stateFolder(), "/home/me/.local/state/sightline");
    EXPECT_EQ(runtimeFolder(), stateFolder());
    set("XDG_STATE_HOME", "here");
    EXPECT_EQ(stateFolder(), "/home/me/.local/state/sightline");
    set("XDG_STATE_HOME", "/state");
    EXPECT_EQ(stateFolder(), "/state/sightline");
    set("XDG_RUNTIME_DIR", "/run/user/7");
    EXPECT_EQ(runtimeFolder(), "/run/user/7");
    set("XDG_STATE_HOME", nullptr);
    set("XDG_RUNTIME_DIR", nullptr);
    set("HOME", former.empty() ? nullptr : former.c_str());
}

}  // namespace
}  // namespace sightline
