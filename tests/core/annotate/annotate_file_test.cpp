#include "core/annotate/annotate_file.h"

#include <gtest/gtest.h>

#include "tests/support/fake_captioner.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

TEST(AnnotateFile, OneThatWasStoppedGoesOnWhereItEnded) {
    const test::TemporaryFolder folder;
    std::filesystem::copy_file(test::sourceFile("resources/sample.mp4"), folder.file("clip.mp4"));
    const AnnotateJob job{folder.file("clip.mp4"), folder.file("clip")};
    int captioned = 0;
    test::FakeCaptioner captioner([&](int) {
        ++captioned;
        return std::optional<Error>();
    });
    AnnotateFileOptions options;

    std::stop_source stop;
    const auto stopped = annotateFile(
        job, captioner, options,
        [&](double progress) {
            if (progress > 0.4) {
                stop.request_stop();
            }
        },
        stop.get_token());
    ASSERT_FALSE(stopped.has_value());
    EXPECT_EQ(stopped.error().code, ErrorCode::Cancelled);
    const int before = captioned;
    EXPECT_GT(before, 2);

    const auto whole = annotateFile(job, captioner, options, [](double) {});
    ASSERT_TRUE(whole.has_value()) << whole.error().message;
    EXPECT_TRUE(whole->captioned);
    EXPECT_GT(whole->cues, 3U);
    const int resumed = captioned - before;

    captioned = 0;
    const AnnotateJob again{job.input, folder.file("again")};
    ASSERT_TRUE(annotateFile(again, captioner, options, [](double) {}).has_value());
    EXPECT_LT(resumed, captioned);  // what the first run found was not captioned anew

    captioned = 0;
    const auto kept = annotateFile(job, captioner, options, [](double) {});
    ASSERT_TRUE(kept.has_value());
    EXPECT_FALSE(kept->captioned);
    EXPECT_EQ(captioned, 0);
}

}  // namespace
}  // namespace sightline
