#include "core/media/ffmpeg_file_source.h"

#include <algorithm>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/fixtures.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;
using test::fixture;

std::unique_ptr<FrameSource> openOk(const std::filesystem::path& path) {
    auto source = openVideoFile(path);
    EXPECT_TRUE(source) << path << ": " << (source ? "" : source.error().message);
    return source ? std::move(*source) : nullptr;
}

// Every frame up to the end; `end` gets the error that ended the stream.
std::vector<Frame> readAll(FrameSource& source, Error* end = nullptr) {
    std::vector<Frame> frames;
    while (true) {
        auto frame = source.read();
        if (!frame) {
            if (end) {
                *end = frame.error();
            }
            return frames;
        }
        frames.push_back(std::move(*frame));
    }
}

bool samePixels(const Image& a, const Image& b) {
    return a.sizeBytes() == b.sizeBytes() && std::memcmp(a.data(), b.data(), a.sizeBytes()) == 0;
}

struct Colour {
    int red, green, blue;
};

Colour pixel(const Image& image, int x, int y) {
    const std::uint8_t* bgra = image.row(y) + x * Image::kChannels;
    return {bgra[2], bgra[1], bgra[0]};
}

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

TEST(VideoFile, VariableFrameRateKeepsEachFramesOwnTime) {
    auto source = openOk(fixture("vfr.mp4"));
    ASSERT_TRUE(source);
    std::vector<MediaTime> expected;
    for (int n = 0; n < 100; ++n) {
        if (n % 11 == 0 || n % 7 == 0 || n < 3 || (n >= 40 && n <= 50)) {
            expected.push_back(n * 40ms);
        }
    }
    std::vector<MediaTime> found;
    for (const Frame& frame : readAll(*source)) {
        found.push_back(frame.pts);
    }
    EXPECT_EQ(found, expected);
}

TEST(VideoFile, TimesCountFromTheFirstFrameWhateverTheStreamsOffset) {
    auto source = openOk(fixture("offset.ts"));
    ASSERT_TRUE(source);
    const auto frames = readAll(*source);
    ASSERT_EQ(frames.size(), 100U);
    EXPECT_EQ(frames.front().pts, 0ns);
    EXPECT_EQ(frames.back().pts, 99 * 40ms);
}

class ExactSeek : public testing::TestWithParam<const char*> {};

// Reference: the frames of one sequential reading. 200 random times, forward and back.
TEST_P(ExactSeek, ShowsTheFrameThatIsOnScreenAtThatTime) {
    auto reference = openOk(fixture(GetParam()));
    auto sought = openOk(fixture(GetParam()));
    ASSERT_TRUE(reference && sought);
    const auto frames = readAll(*reference);
    ASSERT_GT(frames.size(), 20U);
    std::mt19937 random(7);
    const auto end = frames.back().pts + frames.back().duration;
    for (int i = 0; i < 200; ++i) {
        const MediaTime time(std::uniform_int_distribution<MediaTime::rep>(0, end.count())(random));
        ASSERT_TRUE(sought->seek(time));
        const auto frame = sought->read();
        ASSERT_TRUE(frame) << frame.error().message;
        const auto after =
            std::upper_bound(frames.begin(), frames.end(), time, [](MediaTime t, const Frame& f) { return t < f.pts; });
        const Frame& expected = *std::prev(after);
        EXPECT_EQ(frame->pts, expected.pts) << "sought " << toSeconds(time);
        EXPECT_TRUE(samePixels(frame->image, expected.image)) << "sought " << toSeconds(time);
        const auto next = sought->read();
        if (after != frames.end()) {
            ASSERT_TRUE(next);
            EXPECT_EQ(next->pts, after->pts);
        } else {
            EXPECT_EQ(next.error().code, ErrorCode::EndOfStream);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Files, ExactSeek, testing::Values("bframes.mp4", "bframes.mkv", "vfr.mp4", "offset.ts"),
                         [](const auto& parameter) {
                             std::string name = parameter.param;
                             std::replace(name.begin(), name.end(), '.', '_');
                             return name;
                         });

// The unturned picture is red on the left; the display matrices turn it anticlockwise, as ffplay and players show it.
TEST(VideoFile, DisplayRotationIsApplied) {
    struct Case {
        const char* name;
        int width, redX, redY, blueX, blueY;
    };
    for (const auto& [name, width, redX, redY, blueX, blueY] :
         {Case{"rotate0.mp4", 320, 40, 120, 280, 120}, Case{"rotate90.mp4", 240, 120, 280, 120, 40},
          Case{"rotate180.mp4", 320, 280, 120, 40, 120}, Case{"rotate270.mp4", 240, 120, 40, 120, 280}}) {
        auto source = openOk(fixture(name));
        ASSERT_TRUE(source);
        EXPECT_EQ(source->description().width, width) << name;
        const auto frame = source->read();
        ASSERT_TRUE(frame);
        ASSERT_EQ(frame->image.width(), width) << name;
        EXPECT_GT(pixel(frame->image, redX, redY).red, 200) << name;
        EXPECT_GT(pixel(frame->image, blueX, blueY).blue, 200) << name;
    }
}

TEST(VideoFile, FullAndLimitedRangeShowTheSameGrey) {
    for (const char* name : {"grey_tv.mp4", "grey_pc.mp4"}) {
        auto source = openOk(fixture(name));
        ASSERT_TRUE(source);
        const auto frame = source->read();
        ASSERT_TRUE(frame);
        EXPECT_NEAR(pixel(frame->image, 32, 32).green, 180, 3) << name;
    }
}

TEST(VideoFile, TheStreamsColourMatrixIsUsed) {
    for (const char* name : {"red_bt709.mp4", "red_smpte170m.mp4"}) {
        auto source = openOk(fixture(name));
        ASSERT_TRUE(source);
        const auto frame = source->read();
        ASSERT_TRUE(frame);
        const auto [red, green, blue] = pixel(frame->image, 32, 32);
        EXPECT_NEAR(red, 0xc0, 4) << name;
        EXPECT_NEAR(green, 0x20, 4) << name;
        EXPECT_NEAR(blue, 0x20, 4) << name;
    }
}

TEST(VideoFile, EveryColumnOfAnyWidthIsWritten) {
    for (const char* name : {"width322.mp4", "width326.mp4"}) {
        auto source = openVideoFile(test::fixture(name));
        ASSERT_TRUE(source);
        for (int i = 0; i < 3; ++i) {
            const auto frame = (*source)->read();
            ASSERT_TRUE(frame);
            for (const int y : {0, 120, 239}) {
                const std::uint8_t* row = frame->image.row(y);
                for (int x = frame->image.width() - 8; x < frame->image.width(); ++x) {
                    for (int channel = 0; channel < 3; ++channel) {
                        ASSERT_NEAR(row[4 * x + channel], row[4 * 100 + channel], 3) << name << " column " << x;
                    }
                }
            }
        }
    }
}

TEST(VideoFile, PixelAspectIsReported) {
    auto source = openOk(fixture("anamorphic.mp4"));
    ASSERT_TRUE(source);
    const auto frame = source->read();
    ASSERT_TRUE(frame);
    EXPECT_NEAR(frame->pixelAspect, 4.0 / 3.0, 1e-6);
}

TEST(VideoFile, TenBitVideoIsRead) {
    auto source = openOk(fixture("tenbit.mp4"));
    ASSERT_TRUE(source);
    EXPECT_EQ(readAll(*source).size(), 10U);
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
    const std::pair<const char*, ErrorCode> cases[] = {
        {"no_index.mp4", ErrorCode::Corrupt},
        {"noise.mp4", ErrorCode::Corrupt},
        {"empty.mp4", ErrorCode::Corrupt},
        {"text.mp4", ErrorCode::Corrupt},
        {"audio_only.m4a", ErrorCode::Unsupported},
        {"no such file.mp4", ErrorCode::NotFound},
        {".", ErrorCode::Unsupported},
    };
    for (const auto& [name, code] : cases) {
        const auto source = openVideoFile(fixture(name));
        ASSERT_FALSE(source) << name;
        EXPECT_EQ(source.error().code, code) << name << ": " << source.error().message;
        EXPECT_FALSE(source.error().message.empty()) << name;
    }
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
TEST(SharedVideos, RealClipsAreReadWhole) {
    const std::pair<const char*, std::size_t> clips[] = {
        {"videos/nasa_13013.mp4", 390},     {"videos/h265_10bits.mp4", 1},        {"videos/av1_video.mkv", 1},
        {"videos/bt709_full_range.mp4", 1}, {"videos/flipping_a_pancake.mkv", 1}, {"videos/unordered.mov", 1},
    };
    for (const auto& [name, least] : clips) {
        const auto path = test::sharedFile(name);
        if (!path) {
            GTEST_SKIP() << test::kNoSharedData;
        }
        auto source = openOk(*path);
        ASSERT_TRUE(source);
        EXPECT_GE(readAll(*source).size(), least) << name;
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
