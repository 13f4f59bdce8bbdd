#include "core/media/files/ffmpeg_file_source.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/fixtures.h"
#include "tests/support/numbered_picture.h"
#include "tests/support/videos.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;
using test::fixture;
using test::openOk;
using test::readAll;

TEST(VideoFile, DeliversEveryFrameOfTheSampleAtItsOwnTime) {
    auto source = openOk(test::sourceFile("resources/sample.mp4"));
    ASSERT_TRUE(source);
    EXPECT_EQ(source->description().width, 640);
    EXPECT_EQ(source->description().height, 360);
    EXPECT_EQ(source->description().duration, 16s);
    Error end;
    const auto frames = readAll(*source, &end);
    EXPECT_EQ(end.code, ErrorCode::EndOfStream);
    ASSERT_EQ(frames.size(), 400U);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        EXPECT_EQ(frames[i].id, i);
        EXPECT_EQ(frames[i].pts, i * 40ms);
        EXPECT_EQ(frames[i].duration, 40ms);
    }
}

TEST(VideoFile, ATruncatedFileGivesItsReadablePartThenAnError) {
    auto source = openOk(fixture("truncated.mp4"));
    ASSERT_TRUE(source);
    Error end;
    const auto frames = readAll(*source, &end);
    EXPECT_GT(frames.size(), 20U);
    EXPECT_LT(frames.size(), 390U);
    EXPECT_EQ(end.code, ErrorCode::Corrupt);
    EXPECT_NE(end.message.find("cut short"), std::string::npos) << end.message;
}

TEST(VideoFile, WhatIsNotAVideoIsRefusedWithItsCause) {
    struct Case {
        const char* name;
        ErrorCode code;
        const char* words;  // of the message
    };
    for (const auto& [name, code, words] : {
             Case{"no_index.mp4", ErrorCode::Corrupt, "damaged or cut short"},
             Case{"noise.mp4", ErrorCode::Corrupt, "not a video or picture"},
             Case{"text.mp4", ErrorCode::Corrupt, "not a video or picture"},
             Case{"empty.mp4", ErrorCode::Corrupt, "the file is empty"},
             Case{"audio_only.m4a", ErrorCode::Unsupported, "no video stream"},
             Case{"cover.m4a", ErrorCode::Unsupported, "no video stream"},
             Case{"subtitles_only.mkv", ErrorCode::Unsupported, "no video stream"},
             Case{"unknown_codec.mp4", ErrorCode::Unsupported, "codec"},
             Case{"no such file.mp4", ErrorCode::NotFound, "no such file"},
             Case{".", ErrorCode::Unsupported, "a folder"},
         }) {
        const auto source = openVideoFile(fixture(name));
        ASSERT_FALSE(source) << name;
        EXPECT_EQ(source.error().code, code) << name << ": " << source.error().message;
        EXPECT_NE(source.error().message.find(words), std::string::npos) << name << ": " << source.error().message;
    }
}

TEST(VideoFile, AnAbsurdPictureSizeIsAnErrorAndNotAnAllocation) {
    const auto source = openVideoFile(fixture("huge.gif"));
    const Error error = source ? (*source)->read().error() : source.error();
    EXPECT_TRUE(error.code == ErrorCode::Corrupt || error.code == ErrorCode::Unsupported) << error.message;
}

// Files as a full disk or a broken download leaves them. Where nothing in the file tells how long it should be, its end
// is an end.
TEST(VideoFile, AFileCutShortGivesItsReadablePartThenSaysSo) {
    for (const auto& [name, code] : {std::pair{"cut_bframes.mkv", ErrorCode::Corrupt},
                                     {"cut_old_flash.flv", ErrorCode::Corrupt},
                                     {"cut_simple.avi", ErrorCode::Corrupt},
                                     {"cut_open_gop.ts", ErrorCode::EndOfStream},
                                     {"cut_piped_fragments.mp4", ErrorCode::EndOfStream}}) {
        auto source = openOk(fixture(name));
        ASSERT_TRUE(source);
        Error end;
        const auto frames = readAll(*source, &end);
        EXPECT_EQ(end.code, code) << name << ": " << end.message;
        EXPECT_GE(frames.size(), 15U) << name;
        EXPECT_LT(frames.size(), 60U) << name;
        for (std::size_t i = 0; i + 4 < frames.size(); ++i) {  // the last ones may lean on what is missing
            EXPECT_EQ(test::readPictureNumber(frames[i].image), static_cast<int>(i)) << name;
        }
    }
}

TEST(VideoFile, SeekingPastTheEndOfACutFileShowsItsLastFrame) {
    auto source = openOk(fixture("truncated.mp4"));
    auto straight = openOk(fixture("truncated.mp4"));
    ASSERT_TRUE(source && straight);
    const auto frames = readAll(*straight);
    ASSERT_TRUE(source->seek(15s));
    const auto frame = source->read();
    ASSERT_TRUE(frame) << frame.error().message;
    EXPECT_EQ(frame->pts, frames.back().pts);
    test::expectExactSeeks(*source, frames, 20, test::Compare::Pixels);
}

TEST(VideoFile, WhatIsWrittenWhileReadingIsReadToo) {
    const test::TemporaryFolder folder;
    for (const char* name : {"open_gop.ts", "piped.mkv"}) {
        const auto path = folder.file(name);
        const std::string bytes = test::readBytes(fixture(name));
        test::writeBytes(path, bytes.substr(0, bytes.size() * 2 / 3));
        auto source = openOk(path);
        ASSERT_TRUE(source);
        ASSERT_TRUE(source->read());
        test::writeBytes(path, bytes);
        Error end;
        EXPECT_EQ(readAll(*source, &end).size(), 59U) << name;
        EXPECT_EQ(end.code, ErrorCode::EndOfStream) << name << ": " << end.message;
    }
}

TEST(VideoFile, DamageInTheMiddleIsPassedOverAndCounted) {
    for (const char* name : {"damaged.mp4", "damaged.ts", "damaged.mkv"}) {
        auto source = openOk(fixture(name));
        ASSERT_TRUE(source);
        Error end;
        const auto frames = readAll(*source, &end);
        EXPECT_EQ(end.code, ErrorCode::EndOfStream) << name << ": " << end.message;
        EXPECT_NE(end.detail.find("damaged packets or pictures"), std::string::npos) << name << ": " << end.detail;
        EXPECT_GT(frames.size(), 50U) << name;
        EXPECT_EQ(test::readPictureNumber(frames.front().image), 0) << name;
        EXPECT_EQ(test::readPictureNumber(frames.back().image), 59) << name;
        auto sought = openOk(fixture(name));
        ASSERT_TRUE(sought);
        test::expectExactSeeks(*sought, frames, 50, test::Compare::Times);
    }
}

TEST(VideoFile, AResizedStreamGivesEachFrameItsOwnSize) {
    auto source = openOk(fixture("resize.ts"));
    ASSERT_TRUE(source);
    EXPECT_EQ(source->description().width, 168);
    const auto frames = readAll(*source);
    EXPECT_EQ(frames.front().image.width(), 168);
    EXPECT_EQ(frames.back().image.width(), 224);
    EXPECT_EQ(frames.back().image.height(), 160);
}

TEST(VideoFile, TheDescriptionGivesTheSizeAsDisplayed) {
    auto source = openOk(fixture("rotate90.mp4"));
    ASSERT_TRUE(source);
    EXPECT_EQ(source->description().width, 168);
    EXPECT_EQ(source->description().height, 128);
    EXPECT_EQ(source->description().name, "rotate90.mp4");
    EXPECT_DOUBLE_EQ(source->description().frameRate, 25.0);
}

// Going back in a stream without times opens the file again.
TEST(VideoFile, AFailedSeekKeepsItsPlace) {
    const test::TemporaryFolder folder;
    const auto path = folder.file("removed.h264");
    test::writeBytes(path, test::readBytes(fixture("elementary.h264")));
    auto source = openOk(path);
    ASSERT_TRUE(source);
    for (int i = 0; i < 30; ++i) {
        ASSERT_TRUE(source->read());
    }
    std::filesystem::remove(path);
    const auto sought = source->seek(0s);
    ASSERT_FALSE(sought);
    EXPECT_EQ(sought.error().code, ErrorCode::NotFound);
    const auto frame = source->read();
    ASSERT_TRUE(frame) << frame.error().message;
    EXPECT_EQ(test::readPictureNumber(frame->image), 29);
}

TEST(VideoFile, InterruptEndsReading) {
    auto source = openOk(fixture("bframes.mp4"));
    ASSERT_TRUE(source);
    ASSERT_TRUE(source->read());
    std::thread([&] { source->interrupt(); }).join();
    const auto frame = source->read();
    ASSERT_FALSE(frame);
    EXPECT_EQ(frame.error().code, ErrorCode::Cancelled);
}

// Clips that nobody here made.
TEST(SharedVideos, RealClipsAreReadWholeAndSoughtExactly) {
    for (const auto& [name, count] : {std::pair{"nasa_13013.mp4", 390U},
                                      {"h265_10bits.mp4", 30U},
                                      {"av1_video.mkv", 125U},
                                      {"bt709_full_range.mp4", 30U},
                                      {"flipping_a_pancake.mkv", 310U},
                                      {"unordered.mov", 4U},
                                      {"video_0.mov", 3U},
                                      {"video_90.mov", 3U},
                                      {"video_180.mov", 3U},
                                      {"video_270.mov", 3U}}) {
        const auto path = test::sharedFile(std::string("videos/") + name);
        if (!path) {
            GTEST_SKIP() << test::kNoSharedData;
        }
        SCOPED_TRACE(name);
        auto straight = openOk(*path);
        auto sought = openOk(*path);
        ASSERT_TRUE(straight && sought);
        Error end;
        const auto frames = readAll(*straight, &end);
        EXPECT_EQ(end.code, ErrorCode::EndOfStream) << end.message;
        EXPECT_EQ(frames.size(), count);
        test::expectExactSeeks(*sought, frames, 50, test::Compare::Pixels);
    }
}

TEST(SharedVideos, ACorruptedClipGivesAnErrorOrItsReadablePart) {
    const auto path = test::sharedFile("videos/corrupted.mp4");
    if (!path) {
        GTEST_SKIP() << test::kNoSharedData;
    }
    auto source = openVideoFile(*path);
    if (!source) {
        EXPECT_EQ(source.error().code, ErrorCode::Corrupt);
        return;
    }
    Error end;
    readAll(**source, &end);
    EXPECT_TRUE(end.code == ErrorCode::Corrupt || end.code == ErrorCode::EndOfStream);
}

TEST(SharedVideos, RotatedPhoneClipsStandUpright) {
    for (const auto& [name, tall] : {std::pair{"videos/video_0.mov", false},
                                     {"videos/video_90.mov", true},
                                     {"videos/video_180.mov", false},
                                     {"videos/video_270.mov", true}}) {
        const auto path = test::sharedFile(name);
        if (!path) {
            GTEST_SKIP() << test::kNoSharedData;
        }
        auto source = openOk(*path);
        ASSERT_TRUE(source);
        const auto frame = source->read();
        ASSERT_TRUE(frame);
        EXPECT_EQ(frame->image.height() > frame->image.width(), tall) << name;
    }
}

}  // namespace
}  // namespace sightline
