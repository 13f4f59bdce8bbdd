#include "core/annotate/annotate_plan.h"

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "core/annotate/annotate_description.h"
#include "core/annotate/annotate_outputs.h"
#include "core/media/writing/copy_target.h"
#include "core/subtitles/subtitle_format.h"
#include "tests/support/fixtures.h"
#include "tests/support/property.h"

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
        auto plan = planAnnotation(inputs, "out");
        EXPECT_TRUE(plan.problems.empty()) << plan.problems.front().message;
        return plan.jobs;
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

TEST_F(AnnotatePlan, WhatIsNotThereIsNamedAndStopsNoOther) {
    const auto good = make("good.mp4");
    std::filesystem::create_directory(in_.file("empty"));
    std::filesystem::create_symlink("gone.mp4", in_.file("link.mp4"));
    for (const auto& [name, code] :
         {std::pair{"missing.mp4", ErrorCode::NotFound}, std::pair{"x*.mp4", ErrorCode::NotFound},
          std::pair{"link.mp4", ErrorCode::NotFound}, std::pair{"empty", ErrorCode::Unsupported}}) {
        const auto plan = planAnnotation({in_.file(name).string(), good}, "out");
        EXPECT_EQ(plan.jobs, std::vector{job("good.mp4", "good")});
        ASSERT_EQ(plan.problems.size(), 1U);
        EXPECT_EQ(plan.problems.front().code, code);
        EXPECT_NE(plan.problems.front().message.find(name), std::string::npos);
    }
}

TEST_F(AnnotatePlan, FilesOfOneNameInDifferentFoldersKeepTheFolders) {
    const auto first = make("a/GX010001.mp4");
    const auto second = make("b/GX010001.mp4");
    const auto third = make("b/GX010001.mkv");
    EXPECT_EQ(plan({first, second}),
              (std::vector{job("a/GX010001.mp4", "a/GX010001"), job("b/GX010001.mp4", "b/GX010001")}));
    EXPECT_EQ(plan({first, second, third}),
              (std::vector{job("a/GX010001.mp4", "a/GX010001"), job("b/GX010001.mp4", "b/GX010001.mp4"),
                           job("b/GX010001.mkv", "b/GX010001.mkv")}));
}

TEST_F(AnnotatePlan, CopiesThatRunsMadeAreLeftOut) {
    const auto video = make("clip.mp4");
    const auto captioned = make("clip.captioned.mp4");
    const auto burnedIn = make("clip.burned-in.mp4");
    const auto folder = in_.file("");
    for (const auto& inputs : {std::vector{folder.string()}, std::vector{burnedIn, captioned, video}}) {
        const auto plan = planAnnotation(inputs, folder);
        EXPECT_EQ(plan.jobs, (std::vector{AnnotateJob{video, folder / "clip"}}));
        EXPECT_EQ(plan.ownCopies.size(), 2U);
    }
    // Into another folder: known by the project beside them.
    EXPECT_EQ(plan({folder.string()}).size(), 3U) << "somebody else's, as far as one can know";
    make("clip.sightline");
    EXPECT_EQ(plan({folder.string()}), std::vector{job("clip.mp4", "clip")});
}

TEST_F(AnnotatePlan, LeftoversAreNoVideos) {
    make("a.mp4");
    make(".sightline-123-0.mp4");
    make("._a.mp4");
    EXPECT_EQ(plan({in_.file("").string()}), std::vector{job("a.mp4", "a")});
}

// All that a run of this job may write beside the video's captions or in the folder of the outputs.
std::vector<std::filesystem::path> filesOf(const AnnotateJob& job) {
    std::vector<std::filesystem::path> files{job.output.string() + kProjectExtension, burnInPath(job)};
    for (const SubtitleFormat* format : subtitleFormats()) {
        files.push_back(exportPath(job, *format));
    }
    std::vector<std::string> marks = describedMarks();
    marks.emplace_back(".captioned");
    for (const std::string& mark : marks) {
        for (const std::string& extension : copyExtensions(job.input)) {
            files.emplace_back(job.output.string() + mark + extension);
        }
    }
    return files;
}

TEST_F(AnnotatePlan, NoTwoJobsWriteOneFileAndNoneWritesOverAVideo) {
    test::forAll(
        [](test::Random& random) {
            const TemporaryFolder in;
            std::vector<std::string> inputs;
            std::vector<std::string> videos;
            for (std::size_t i = 1 + random.below(10); i > 0; --i) {
                const auto folder = random.of<std::string>({"", "x/", "y/", "x/y/", "x/x/"});
                const auto stem = random.of<std::string>(
                    {"a", "b", "a.mp4", "a.b", "A", "a (2)", "a.captioned", "a.burned-in", "a.mkv", "a.sightline"});
                const auto name = folder + stem + random.of<std::string>({".mp4", ".mkv", ".MP4", ".webm", ".mov"});
                std::filesystem::create_directories(in.file(name).parent_path());
                writeBytes(in.file(name), "video");
                videos.push_back(in.file(name).string());
            }
            for (std::size_t i = 1 + random.below(3); i > 0; --i) {
                switch (random.below(4)) {
                    case 0: inputs.push_back(in.file("").string()); break;
                    case 1: inputs.push_back(in.file("*.m*").string()); break;
                    case 2: inputs.push_back(in.file(random.of<std::string>({"x", "y", "x/y"})).string()); break;
                    default:
                        inputs.push_back(random.of(videos));
                        inputs.push_back(random.of(videos));
                        break;
                }
            }
            const auto folder = random.chance(0.5) ? in.file("") : in.file("out");
            const auto plan = planAnnotation(inputs, folder);
            std::map<std::filesystem::path, std::filesystem::path> writers;
            std::set<std::filesystem::path> read;
            for (const AnnotateJob& job : plan.jobs) {
                EXPECT_TRUE(read.insert(job.input.lexically_normal()).second) << job.input << " twice";
                for (const auto& file : filesOf(job)) {
                    const auto [writer, isNew] = writers.emplace(file.lexically_normal(), job.input);
                    EXPECT_TRUE(isNew) << file << " of " << job.input << " and of " << writer->second;
                }
            }
            for (const auto& input : read) {
                EXPECT_FALSE(writers.contains(input)) << input << " would be written over";
            }
            EXPECT_EQ(planAnnotation(inputs, folder).jobs, plan.jobs);
        },
        500);
}

}  // namespace
}  // namespace sightline
