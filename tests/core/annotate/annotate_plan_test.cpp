#include "core/annotate/annotate_plan.h"

#include <gtest/gtest.h>

#include "tests/support/fixtures.h"

namespace sightline {
namespace {

using test::TemporaryFolder;
using test::writeBytes;

class AnnotatePlan : public ::testing::Test {
protected:
    std::string make(const std::string& name) {
        std::filesystem::create_directories(in_.file(name).parent_path());
        writeBytes(in_.file(name), "video");
        return in_.file(name).string();
    }
    AnnotateJob job(const std::string& input, const std::string& output) {
        return {in_.file(input), std::filesystem::path("out") / output};
    }
    std::vector<AnnotateJob> plan(const std::vector<std::string>& inputs) {
        auto jobs = planAnnotation(inputs, "out");
        EXPECT_TRUE(jobs) << jobs.error().message;
        return jobs.value_or(std::vector<AnnotateJob>{});
    }

    TemporaryFolder in_;
};

TEST_F(AnnotatePlan, OfAFolderEveryVideoIsTakenAndItsLayoutKept) {
    make("b.MP4");
    make("sub/a.webm");
    make("notes.txt");
    EXPECT_EQ(plan({in_.file("").string()}), (std::vector{job("b.MP4", "b"), job("sub/a.webm", "sub/a")}));
}

TEST_F(AnnotatePlan, AFileIsTakenWhateverItsExtension) {
    const auto input = make("capture.bin");
    EXPECT_EQ(plan({input, input}), std::vector{job("capture.bin", "capture")});
}

TEST_F(AnnotatePlan, FilesOfOneNameKeepTheirExtension) {
    const auto first = make("a.mp4");
    const auto second = make("a.mkv");
    EXPECT_EQ(plan({first, second}), (std::vector{job("a.mp4", "a.mp4"), job("a.mkv", "a.mkv")}));
}

TEST_F(AnnotatePlan, PatternsAreMatched) {
    make("one.mp4");
    make("two.mp4");
    make("[odd].mp4");
    EXPECT_EQ(plan({in_.file("t*.mp4").string()}), std::vector{job("two.mp4", "two")});
    EXPECT_EQ(plan({in_.file("[odd].mp4").string()}), std::vector{job("[odd].mp4", "[odd]")});
}

TEST_F(AnnotatePlan, WhatIsNotThereIsNamed) {
    for (const std::string name : {"missing.mp4", "x*.mp4"}) {
        const auto jobs = planAnnotation({in_.file(name).string()}, "out");
        ASSERT_FALSE(jobs);
        EXPECT_EQ(jobs.error().code, ErrorCode::NotFound);
        EXPECT_NE(jobs.error().message.find(name), std::string::npos);
    }
    const auto empty = planAnnotation({in_.file("").string()}, "out");
    ASSERT_FALSE(empty);
    EXPECT_EQ(empty.error().code, ErrorCode::Unsupported);
}

}  // namespace
}  // namespace sightline
