#include "core/annotate/work_lock.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/eventually.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

// A process that takes the lock and is killed while it has it.
void leaveLockOfAKilledProcess(const std::filesystem::path& path) {
    const pid_t child = ::fork();
    if (child == 0) {
        const auto taken = WorkLock::acquire(path);
        ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    ASSERT_TRUE(std::filesystem::exists(path));
}

std::size_t filesIn(const std::filesystem::path& folder) {
    const std::filesystem::directory_iterator files(folder);
    return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

class WorkLockTest : public ::testing::Test {
protected:
    test::TemporaryFolder folder_;
    std::filesystem::path path_ = folder_.file("clip.sightline-lock");
};

TEST_F(WorkLockTest, OnlyOneHasItUntilItIsGivenBack) {
    auto first = WorkLock::acquire(path_);
    ASSERT_TRUE(first && first->lock);
    const auto second = WorkLock::acquire(path_);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->lock, nullptr);
    EXPECT_NE(second->owner.find("process " + std::to_string(::getpid())), std::string::npos) << second->owner;
    first->lock.reset();
    EXPECT_FALSE(std::filesystem::exists(path_));
    const auto third = WorkLock::acquire(path_);
    EXPECT_TRUE(third && third->lock);
    EXPECT_EQ(filesIn(path_.parent_path()), 1U) << "no other files are left";
}

TEST_F(WorkLockTest, AKilledOwnerOfThisMachineIsReplacedAtOnce) {
    leaveLockOfAKilledProcess(path_);
    const auto taken = WorkLock::acquire(path_, 1h);
    EXPECT_TRUE(taken && taken->lock);
    EXPECT_EQ(filesIn(path_.parent_path()), 1U);
}

TEST_F(WorkLockTest, AnOwnerOfAnotherMachineIsReplacedWhenItsLeaseIsOver) {
    test::writeBytes(path_, R"({"host": "render7", "process": 1, "machine": "another", "id": "1"})");
    const auto refused = WorkLock::acquire(path_, 1h);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->lock, nullptr);
    EXPECT_NE(refused->owner.find("render7"), std::string::npos);
    std::filesystem::last_write_time(path_, std::filesystem::file_time_type::clock::now() - 2h);
    const auto taken = WorkLock::acquire(path_, 1h);
    EXPECT_TRUE(taken && taken->lock);
}

TEST_F(WorkLockTest, DamagedLocksLastAsLongAsALease) {
    test::writeBytes(path_, "");
    EXPECT_EQ(WorkLock::acquire(path_, 1h)->lock, nullptr);
    std::filesystem::last_write_time(path_, std::filesystem::file_time_type::clock::now() - 2h);
    EXPECT_NE(WorkLock::acquire(path_, 1h)->lock, nullptr);
}

TEST_F(WorkLockTest, TheLeaseIsRenewedWhileItsOwnerWorks) {
    auto taken = WorkLock::acquire(path_, 60ms);
    ASSERT_TRUE(taken && taken->lock);
    std::filesystem::last_write_time(path_, std::filesystem::file_time_type::clock::now() - 2h);
    const auto deadline = std::chrono::steady_clock::now() + test::kDeadline;
    const auto isRenewed = [&] {
        return std::filesystem::last_write_time(path_) > std::filesystem::file_time_type::clock::now() - 1h;
    };
    while (!isRenewed() && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::yield();
    }
    EXPECT_TRUE(isRenewed());
    EXPECT_FALSE(taken->lock->lost().stop_requested());
}

TEST_F(WorkLockTest, AnOwnerWhoStoodStillIsToldAndTakesNothingBack) {
    auto taken = WorkLock::acquire(path_, 60ms);
    ASSERT_TRUE(taken && taken->lock);
    test::Wakeups wakeups;
    const std::stop_callback told(taken->lock->lost(), [&] { wakeups(); });
    test::writeBytes(folder_.file("other"), "of another run");
    std::filesystem::rename(folder_.file("other"), path_);
    EXPECT_TRUE(wakeups.waitFor([&] { return taken->lock->lost().stop_requested(); }));
    taken->lock.reset();
    EXPECT_EQ(test::readBytes(path_), "of another run");
}

TEST_F(WorkLockTest, OfManyWhoWantAGoneOwnersLockOneGetsIt) {
    for (int round = 0; round < 20; ++round) {
        leaveLockOfAKilledProcess(path_);
        std::atomic<int> holders = 0;
        std::atomic<int> most = 0;
        std::atomic<int> taken = 0;
        {
            std::vector<std::jthread> runs;
            for (int i = 0; i < 6; ++i) {
                runs.emplace_back([&] {
                    const auto attempt = WorkLock::acquire(path_);
                    if (attempt && attempt->lock) {
                        const int now = ++holders;
                        most = std::max(most.load(), now);
                        ++taken;
                        std::this_thread::yield();
                        --holders;
                    }
                });
            }
        }
        EXPECT_EQ(most, 1);
        EXPECT_GE(taken, 1);
        EXPECT_EQ(filesIn(path_.parent_path()), 0U);
    }
}

TEST_F(WorkLockTest, AFolderThatIsNotThereIsTold) {
    const auto taken = WorkLock::acquire(folder_.file("nowhere/clip.sightline-lock"));
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, ErrorCode::NotFound);
}

TEST_F(WorkLockTest, ALockOfAnotherHandIsAnotherRun) {
    for (const char* content :
         {"", "nonsense", "[]", R"({"machine": 1, "process": "x", "host": 2, "since": [], "id": {}})",
          R"({"process": 1e300, "process_start": null})"}) {
        test::writeBytes(path_, content);
        const auto refused = WorkLock::acquire(path_, 1h);
        ASSERT_TRUE(refused) << content;
        EXPECT_EQ(refused->lock, nullptr) << content;
        EXPECT_FALSE(refused->owner.empty());
    }
}

}  // namespace
}  // namespace sightline
