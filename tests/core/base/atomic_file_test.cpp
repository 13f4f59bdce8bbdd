#include "core/base/atomic_file.h"

#include <csignal>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/fixtures.h"

namespace sightline {
namespace {

using test::readBytes;
using test::TemporaryFolder;
using test::writeBytes;

std::size_t filesIn(const std::filesystem::path& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

TEST(AtomicFile, TheFileHoldsTheBytesAndNothingElseIsLeft) {
    const TemporaryFolder folder;
    ASSERT_TRUE(writeFileAtomically(folder.file("a.txt"), "first"));
    ASSERT_TRUE(writeFileAtomically(folder.file("a.txt"), std::string("sec\0nd", 6)));
    EXPECT_EQ(readBytes(folder.file("a.txt")), std::string("sec\0nd", 6));
    EXPECT_EQ(filesIn(folder.file("")), 1U);
}

TEST(AtomicFile, AnExistingFileKeepsItsPermissions) {
    const TemporaryFolder folder;
    writeBytes(folder.file("a.txt"), "old");
    std::filesystem::permissions(folder.file("a.txt"), std::filesystem::perms(0640));
    ASSERT_TRUE(writeFileAtomically(folder.file("a.txt"), "new"));
    EXPECT_EQ(std::filesystem::status(folder.file("a.txt")).permissions(), std::filesystem::perms(0640));
}

TEST(AtomicFile, ThroughASymbolicLinkItsTargetIsReplaced) {
    const TemporaryFolder folder;
    writeBytes(folder.file("target.txt"), "old");
    std::filesystem::create_symlink(folder.file("target.txt"), folder.file("link.txt"));
    ASSERT_TRUE(writeFileAtomically(folder.file("link.txt"), "new"));
    EXPECT_TRUE(std::filesystem::is_symlink(folder.file("link.txt")));
    EXPECT_EQ(readBytes(folder.file("target.txt")), "new");
}

// A container's only process often has the same id as the one before it.
TEST(AtomicFile, WhatAKilledProcessOfTheSameIdLeftIsNotInTheWay) {
    const TemporaryFolder folder;
    for (int number = 0; number < 100; ++number) {
        writeBytes(folder.file(fmt::format("a.txt.{}-{}.tmp", ::getpid(), number)), "half");
    }
    ASSERT_TRUE(writeFileAtomically(folder.file("a.txt"), "text"));
    EXPECT_EQ(readBytes(folder.file("a.txt")), "text");
    EXPECT_EQ(filesIn(folder.file("")), 101U) << "they may belong to a process elsewhere";
}

TEST(AtomicFile, AMissingFolderIsToldWithAFix) {
    const TemporaryFolder folder;
    const auto written = writeFileAtomically(folder.file("no/such/a.txt"), "text");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::NotFound);
    EXPECT_NE(written.error().message.find("Make the folder first"), std::string::npos);
}

TEST(AtomicFile, WithoutRoomTheOldFileStaysAndNothingElseIsLeft) {
    const TemporaryFolder folder;
    writeBytes(folder.file("a.txt"), "old");
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit small{1000, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    const auto written = writeFileAtomically(folder.file("a.txt"), std::string(5000, 'x'));
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::Io);
    EXPECT_EQ(readBytes(folder.file("a.txt")), "old");
    EXPECT_EQ(filesIn(folder.file("")), 1U);
}

}  // namespace
}  // namespace sightline
