#include "core/media/writing/output_file.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/fixtures.h"

namespace sightline {
namespace {

using test::TemporaryFolder;
using test::writeBytes;

// A container's only process often has the same id as the one before it.
TEST(OutputFileTest, WhatAKilledProcessOfTheSameIdLeftIsNotInTheWay) {
    const TemporaryFolder folder;
    writeBytes(folder.file("in.mp4"), "video");
    for (int number = 0; number < 100; ++number) {
        writeBytes(folder.file(fmt::format(".sightline-{}-{}.mp4", ::getpid(), number)), "half");
    }
    auto file = OutputFile::create(folder.file("in.mp4"), folder.file("out.mp4"), false);
    ASSERT_TRUE(file) << file.error().message;
    ASSERT_TRUE(file->commit());
    EXPECT_TRUE(std::filesystem::exists(folder.file("out.mp4")));
}

}  // namespace
}  // namespace sightline
