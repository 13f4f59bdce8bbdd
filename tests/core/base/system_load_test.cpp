#include "core/base/system_load.h"

#include <gtest/gtest.h>

#include "tests/support/fixtures.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;
using test::TemporaryFolder;
using test::writeBytes;

TEST(SystemLoad, ReadsWhatTheKernelCounts) {
    const TemporaryFolder folder;
    std::filesystem::create_directories(folder.file("self"));
    std::filesystem::create_directories(folder.file("thermal") / "thermal_zone0");
    std::filesystem::create_directories(folder.file("thermal") / "thermal_zone1");
    writeBytes(folder.file("self") / "statm", "900 100 5 1 0 7 0\n");
    writeBytes(folder.file("self") / "status", "Name:\tx\nThreads:\t12\n");
    writeBytes(folder.file("thermal") / "thermal_zone0" / "temp", "41500\n");
    writeBytes(folder.file("thermal") / "thermal_zone1" / "temp", "63000\n");
    writeBytes(folder.file("stat"), "cpu  1 1 1 1\ncpu0 100 0 100 800 0 0 0 0 0 0\ncpu1 0 0 0 50 50 0 0 0\nintr 5\n");
    const auto before = sampleSystem(folder.file(""), folder.file("thermal"));
    EXPECT_EQ(before.threads, 12);
    EXPECT_EQ(before.residentBytes % 100, 0U);
    EXPECT_GT(before.residentBytes, 100U * 1000);
    EXPECT_EQ(before.celsius, 63.0);
    writeBytes(folder.file("stat"), "cpu0 130 0 145 820 5 0 0 0 0 0\ncpu1 0 0 0 60 50 0 0 0\n");
    const auto after = sampleSystem(folder.file(""), folder.file("nowhere"));
    EXPECT_FALSE(after.celsius);
    const auto shares = coreShares(before, after);
    ASSERT_EQ(shares.size(), 2U);
    EXPECT_DOUBLE_EQ(shares[0], 0.75) << "waiting for the disk is not work";
    EXPECT_DOUBLE_EQ(shares[1], 0.0);
}

TEST(SystemLoad, TellsWhatMemoryIsLeft) {
    const TemporaryFolder folder;
    writeBytes(folder.file("meminfo"), "MemTotal:  2048 kB\nMemFree:  1 kB\nMemAvailable:     512 kB\n");
    EXPECT_EQ(availableBytes(folder.file("meminfo")), 512U * 1024);
    EXPECT_FALSE(availableBytes(folder.file("nowhere")));
    EXPECT_GT(availableBytes().value_or(0), 1'000'000U);
}

TEST(SystemLoad, CountsThisProcessesWork) {
    const auto before = sampleSystem();
    const auto until = before.at + 100ms;
    while (std::chrono::steady_clock::now() < until) {
    }
    const auto after = sampleSystem();
    EXPECT_GT(processCpus(before, after), 0.1);
    EXPECT_LT(processCpus(before, after), 2.0);
    EXPECT_FALSE(after.cores.empty());
    EXPECT_GE(after.threads, 1);
}

}  // namespace
}  // namespace sightline
