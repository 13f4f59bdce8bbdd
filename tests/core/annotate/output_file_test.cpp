// One output file, written or not.
#include "core/annotate/output_file.h"

#include <gtest/gtest.h>

#include "core/base/atomic_file.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

TEST(WriteAsked, KeepsWhatWasThereOnlyWhenItIsReplaced) {
    const test::TemporaryFolder folder;
    const auto file = folder.file("clip.described.mp4");
    const auto former = folder.file("clip.described.mp4~1");
    test::writeBytes(file, "mine");
    const auto failed = writeAsked(file, true, nullptr, [] { return fail(ErrorCode::Io, "No voice."); });
    ASSERT_TRUE(failed.failed);
    EXPECT_FALSE(failed.former);
    EXPECT_EQ(test::readBytes(file), "mine");
    EXPECT_FALSE(std::filesystem::exists(former));
    const auto written = writeAsked(file, true, nullptr, [&] { return writeFileAtomically(file, "new"); });
    EXPECT_FALSE(written.failed);
    EXPECT_EQ(written.former, former);
    EXPECT_EQ(test::readBytes(file), "new");
    EXPECT_EQ(test::readBytes(former), "mine");
}

}  // namespace
}  // namespace sightline
