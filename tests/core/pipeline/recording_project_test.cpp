#include "core/pipeline/recording_project.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "core/captions/project.h"
#include "core/media/writing/video_recorder.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

class RecordingRecovery : public testing::Test {
protected:
    // Twelve seconds with a caption in pieces and one of its own, as a crash leaves them: the last part is missing.
    void record() {
        auto recorder = VideoRecorder::create(video_, 160, 90);
        ASSERT_TRUE(recorder) << recorder.error().message;
        Image image(160, 90);
        for (int i = 0; i < 300; ++i) {
            std::fill_n(image.data(), image.sizeBytes(), static_cast<std::uint8_t>(i));
            ASSERT_TRUE((*recorder)->write(image, i * 40ms));
            if (i == 125) {
                ASSERT_TRUE((*recorder)->writeCaption("A dog runs", 1s, 5s));
            } else if (i == 200) {
                ASSERT_TRUE((*recorder)->writeCaption("A dog runs", 5s, 8s));
                ASSERT_TRUE((*recorder)->writeCaption("A man sits", 8s, 9s));
            }
        }
        const std::string bytes = test::readBytes(video_);  // what is on the disk while it goes on
        ASSERT_TRUE((*recorder)->finish());
        recorder->reset();
        ASSERT_LT(bytes.size(), test::readBytes(video_).size());
        test::writeBytes(video_, bytes);
    }

    const test::TemporaryFolder folder_;
    const std::filesystem::path video_ = folder_.file("cut.mkv");
    const std::filesystem::path project_ = folder_.file("cut.sightline");
};

TEST_F(RecordingRecovery, CaptionsOfACutOffRecordingBecomeItsProject) {
    record();
    const auto recovered = recoverRecording(video_, {});
    ASSERT_TRUE(recovered) << recovered.error().message;
    EXPECT_EQ(*recovered, project_);
    const auto project = parseProject(test::readBytes(project_));
    ASSERT_TRUE(project) << project.error().message;
    const std::vector<Cue> expected = {{1s, 8s, "A dog runs", 0.0, CueOrigin::Model},
                                       {8s, 9s, "A man sits", 0.0, CueOrigin::Model}};
    EXPECT_EQ(project->track.cues, expected);
    EXPECT_EQ(project->track.videoName, "cut.mkv");
    EXPECT_GE(project->track.videoDuration, 9s);
    EXPECT_LT(project->track.videoDuration, 12s);
}

TEST_F(RecordingRecovery, AProjectThatIsThereStays) {
    record();
    test::writeBytes(project_, "mine");
    ASSERT_TRUE(recoverRecording(video_, {}));
    EXPECT_EQ(test::readBytes(project_), "mine");
}

TEST_F(RecordingRecovery, WhatIsNoRecordingIsToldAndNothingIsWritten) {
    test::writeBytes(video_, "no recording");
    EXPECT_EQ(recoverRecording(video_, {}).error().code, ErrorCode::Corrupt);
    EXPECT_FALSE(std::filesystem::exists(project_));
    EXPECT_FALSE(recoverRecording(folder_.file("none.mkv"), {}));
}

TEST_F(RecordingRecovery, ARunThatIsStoppedWritesNothing) {
    record();
    std::stop_source stop;
    stop.request_stop();
    EXPECT_FALSE(recoverRecording(video_, stop.get_token()));
    EXPECT_FALSE(std::filesystem::exists(project_));
}

}  // namespace
}  // namespace sightline
