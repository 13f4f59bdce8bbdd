// The window as a user starts it: once, again, after a crash.
#include <csignal>
#include <cstdlib>
#include <thread>

#include <gtest/gtest.h>

#include "tests/app/program.h"
#include "tests/support/child_process.h"
#include "tests/support/eventually.h"

namespace sightline {
namespace {

class WindowStartTest : public ::testing::Test {
protected:
    void SetUp() override {
        std::filesystem::create_directories(folder_.file("run"));
        for (const char* name : {"HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "QT_QPA_PLATFORM"}) {
            former_.emplace_back(name,
                                 std::getenv(name) ? std::optional<std::string>(std::getenv(name)) : std::nullopt);
        }
        ::setenv("HOME", folder_.file("home").c_str(), 1);
        ::setenv("XDG_CONFIG_HOME", folder_.file("config").c_str(), 1);
        ::setenv("XDG_STATE_HOME", folder_.file("state").c_str(), 1);
        ::setenv("XDG_RUNTIME_DIR", folder_.file("run").c_str(), 1);
        ::setenv("QT_QPA_PLATFORM", "offscreen", 1);
    }
    void TearDown() override {
        for (const auto& [name, value] : former_) {
            value ? ::setenv(name, value->c_str(), 1) : ::unsetenv(name);
        }
    }
    std::string log() const { return test::readBytes(folder_.file("state/sightline/sightline.log")); }
    // Another process cannot wake this one.
    bool logSays(const std::string& text) const {
        const auto deadline = std::chrono::steady_clock::now() + 3 * test::kDeadline;
        while (std::chrono::steady_clock::now() < deadline) {
            if (log().find(text) != std::string::npos) {
                return true;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        return false;
    }

    test::TemporaryFolder folder_;
    std::vector<std::pair<const char*, std::optional<std::string>>> former_;
};

TEST_F(WindowStartTest, ASecondStartHandsItsFileToTheFirstWindow) {
    test::ChildProcess first({SIGHTLINE_PROGRAM});
    ASSERT_TRUE(logSays("Window on screen")) << log();
    const std::string sample = test::sourceFile("resources/sample.mp4");
    test::ChildProcess second({SIGHTLINE_PROGRAM, sample});
    EXPECT_EQ(second.wait(), 0);
    EXPECT_TRUE(logSays("Another start hands over " + sample)) << log();
    test::ChildProcess third({SIGHTLINE_PROGRAM, folder_.file("nothing.mp4").string()});
    EXPECT_EQ(WEXITSTATUS(third.wait()), 1) << "is told where it was typed";
}

TEST_F(WindowStartTest, NewInstanceOpensAWindowOfItsOwn) {
    test::ChildProcess first({SIGHTLINE_PROGRAM});
    ASSERT_TRUE(logSays("Window on screen")) << log();
    test::ChildProcess second({SIGHTLINE_PROGRAM, "--new-instance"});
    const auto own = folder_.file("state/sightline/sightline-2.log");
    const auto deadline = std::chrono::steady_clock::now() + 3 * test::kDeadline;
    while (!std::filesystem::exists(own) && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    EXPECT_TRUE(std::filesystem::exists(own));
    EXPECT_EQ(log().find("Another start"), std::string::npos);
}

TEST_F(WindowStartTest, AWindowThatCrashedLeavesAReportAndItsPlaceToTheNext) {
    test::ChildProcess first({SIGHTLINE_PROGRAM});
    ASSERT_TRUE(logSays("Window on screen")) << log();
    first.kill(SIGSEGV);
    first.wait();
    std::string report;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.file("state/sightline/crashes"))) {
        report = test::readBytes(entry.path());
    }
    for (const char* part : {"sightline ", "commit ", "LibTorch ", "SIGSEGV", "Window on screen"}) {
        EXPECT_NE(report.find(part), std::string::npos) << part << " in\n" << report;
    }
    test::ChildProcess second({SIGHTLINE_PROGRAM});
    EXPECT_TRUE(logSays("A report of a crash is offered")) << log();
}

TEST_F(WindowStartTest, ASignalAsAtLogoutClosesItInOrder) {
    test::ChildProcess first({SIGHTLINE_PROGRAM, test::sourceFile("resources/sample.mp4")});
    ASSERT_TRUE(logSays("Window on screen")) << log();
    first.kill(SIGTERM);
    EXPECT_EQ(first.wait(), 0);
    std::filesystem::remove(folder_.file("state/sightline/sightline.log"));
    test::ChildProcess second({SIGHTLINE_PROGRAM, "--log-level", "info"});
    ASSERT_TRUE(logSays("Window on screen")) << log();
    EXPECT_EQ(log().find("ended unexpectedly"), std::string::npos) << log();
}

TEST_F(WindowStartTest, WithoutADisplayItSaysSoAndIsNoCrash) {
    const std::string command =
        "env -u DISPLAY -u WAYLAND_DISPLAY -u QT_QPA_PLATFORM " SIGHTLINE_PROGRAM " 2>" + folder_.file("err").string();
    const int status = std::system(command.c_str());
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 1);
    EXPECT_NE(test::readBytes(folder_.file("err")).find("no display can be reached"), std::string::npos);
}

}  // namespace
}  // namespace sightline
