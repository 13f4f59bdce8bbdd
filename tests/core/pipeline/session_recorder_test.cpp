#include "core/pipeline/session_recorder.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "core/media/files/ffmpeg_file_source.h"
#include "tests/support/eventually.h"
#include "tests/support/fixtures.h"
#include "tests/support/probe.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

class SessionRecorderTest : public testing::Test {
protected:
    // A grey picture of odd size at `time`; waits while the recorder is busy, which a camera would not.
    void frame(SessionRecorder& recorder, std::chrono::milliseconds time, int grey = 120) {
        Frame frame;
        frame.captured = SteadyTime(1h + time);
        frame.image = Image(161, 91);
        std::fill_n(frame.image.data(), frame.image.sizeBytes(), static_cast<std::uint8_t>(grey));
        recorder.addFrame(std::make_shared<const Frame>(std::move(frame)));
        std::this_thread::sleep_for(3ms);
    }
    // Which hardly gets smaller by coding: some 20 kB.
    void noise(SessionRecorder& recorder, std::chrono::milliseconds time) {
        Frame frame;
        frame.captured = SteadyTime(1h + time);
        frame.image = Image(160, 90);
        for (std::size_t k = 0; k < frame.image.sizeBytes(); ++k) {
            seed_ = seed_ * 1664525U + 1013904223U;
            frame.image.data()[k] = static_cast<std::uint8_t>(seed_ >> 24U);
        }
        recorder.addFrame(std::make_shared<const Frame>(std::move(frame)));
        std::this_thread::sleep_for(3ms);
    }
    void caption(SessionRecorder& recorder, std::chrono::milliseconds time, const std::string& text) {
        Caption caption;
        caption.text = text;
        caption.confidence = 0.75;
        caption.captured = SteadyTime(1h + time);
        recorder.addCaption(caption);
    }
    std::unique_ptr<SessionRecorder> create() {
        auto recorder = SessionRecorder::create(path, Provenance{"sightline", "m", "s", 1, "live", "now"});
        EXPECT_TRUE(recorder) << recorder.error().message;
        return std::move(*recorder);
    }

    const test::TemporaryFolder folder;
    const std::filesystem::path path = folder.file("session.mkv");
    unsigned seed_ = 1;
};

TEST_F(SessionRecorderTest, PicturesAndCaptionsAreInTheVideoAndInAProject) {
    auto recorder = create();
    for (int i = 0; i < 100; ++i) {
        frame(*recorder, i * 40ms);
        if (i == 10) {
            caption(*recorder, 200ms, "A dog runs");  // comes later than its frame
        }
        if (i == 60) {
            caption(*recorder, 2360ms, "A man sits");
        }
    }
    const auto recording = recorder->finish();
    ASSERT_TRUE(recording) << recording.error().message;
    EXPECT_EQ(recording->frames + recording->dropped, 100U);
    EXPECT_EQ(recording->duration, 99 * 40ms);

    const auto times = test::frameTimes(path);
    ASSERT_EQ(times.size(), recording->frames);
    EXPECT_NEAR(times.back(), 3.96, 1e-6);
    const std::string subtitles = test::subtitlesOf(path, 0);
    EXPECT_NE(subtitles.find("00:00:00,200 --> 00:00:02,360\nA dog runs"), std::string::npos) << subtitles;
    EXPECT_NE(subtitles.find("00:00:02,360 --> 00:00:03,960\nA man sits"), std::string::npos) << subtitles;

    const auto project = parseProject(test::readBytes(recording->project));
    ASSERT_TRUE(project) << project.error().message;
    const std::vector<Cue> expected{{200ms, 2360ms, "A dog runs", 0.75, CueOrigin::Model},
                                    {2360ms, 3960ms, "A man sits", 0.75, CueOrigin::Model}};
    EXPECT_EQ(project->track.cues, expected);
    EXPECT_EQ(project->source, *referTo(path));
    EXPECT_EQ(project->captioner->quality, "live");
    auto video = openVideoFile(path);
    ASSERT_TRUE(video) << video.error().message;
    EXPECT_EQ((*video)->description().width, 160);
}

TEST_F(SessionRecorderTest, WhatWasRecordedCanBeReadWhileItGoesOn) {
    auto recorder = create();
    for (int i = 0; i < 400; ++i) {
        frame(*recorder, i * 40ms);
        if (i == 0) {
            caption(*recorder, 0ms, "A dog runs");
        }
    }
    // As after kill -9: what is on the disk now, without an end.
    const auto cut = folder.file("cut.mkv");
    std::filesystem::copy_file(path, cut);
    const auto times = test::frameTimes(cut);
    ASSERT_GT(times.size(), 100U);
    EXPECT_GT(times.back(), 13.0) << "of 16 s";
    EXPECT_NE(test::subtitlesOf(cut, 0).find("A dog runs"), std::string::npos);
}

TEST_F(SessionRecorderTest, PicturesOfAnotherSizeAreBroughtToTheFirstOnes) {
    auto recorder = create();
    frame(*recorder, 0ms);
    Frame large;
    large.captured = SteadyTime(1h + 40ms);
    large.image = Image(640, 480);
    std::fill_n(large.image.data(), large.image.sizeBytes(), std::uint8_t{200});
    recorder->addFrame(std::make_shared<const Frame>(std::move(large)));
    ASSERT_TRUE(recorder->finish());
    EXPECT_EQ(test::frameTimes(path).size(), 2U);
}

TEST_F(SessionRecorderTest, AFullDiskIsToldAndWhatWasRecordedStays) {
    auto recorder = create();
    frame(*recorder, 0ms);
    {
        const test::FileSizeLimit limit(20'000);
        for (int i = 1; i < 400 && !recorder->problem(); ++i) {
            noise(*recorder, i * 40ms);
        }
        const auto recording = recorder->finish();
        ASSERT_FALSE(recording);
        EXPECT_EQ(recording.error().code, ErrorCode::Io) << recording.error().message;
    }
    EXPECT_GT(std::filesystem::file_size(path), 1000U);
}

TEST_F(SessionRecorderTest, WhereNotOnePictureFitsNoFileIsLeft) {
    for (const std::size_t room :
         {100U, 1'000U, 6'000U}) {  // the header fits in the second, half a picture in the last
        {
            const test::FileSizeLimit limit(room);
            auto recorder = create();
            for (int i = 0; i < 50; ++i) {
                noise(*recorder, i * 40ms);
            }
            const auto recording = recorder->finish();
            ASSERT_FALSE(recording) << room;
            EXPECT_EQ(recording.error().code, ErrorCode::Io) << recording.error().message;
        }
        EXPECT_FALSE(std::filesystem::exists(path)) << room;
    }
}

TEST_F(SessionRecorderTest, WithoutAFrameThereIsNoFile) {
    auto recorder = create();
    caption(*recorder, 0ms, "A dog runs");
    const auto recording = recorder->finish();
    ASSERT_FALSE(recording);
    EXPECT_NE(recording.error().message.find("no picture came"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(SessionRecorderTest, NoFileIsOverwrittenAndOtherContainersAreRefused) {
    test::writeBytes(path, "mine");
    EXPECT_EQ(SessionRecorder::create(path, {}).error().code, ErrorCode::Io);
    EXPECT_EQ(test::readBytes(path), "mine");
    EXPECT_EQ(SessionRecorder::create(folder.file("a.mp4"), {}).error().code, ErrorCode::Unsupported);
}

}  // namespace
}  // namespace sightline
