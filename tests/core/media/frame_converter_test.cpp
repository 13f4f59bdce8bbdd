// Colours, range, transparency and deinterlacing, through the whole reader.
#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

#include <gtest/gtest.h>

#include "tests/support/fixtures.h"
#include "tests/support/videos.h"

namespace sightline {
namespace {

using test::fixture;

// 8-bit luma and chroma steps are 1.16 and 2.1 levels of R, G and B at most, the coder's quantizer (-qp 4) and
// swscale's integers add one each.
constexpr int kCodedTolerance = 4;
// Lossless 10 bits: a code is worth under 1 level, zimg's tables and the rounding to 8 bits under 1 each.
constexpr int kToneTolerance = 2;

struct Colour {
    int red, green, blue;
};

Colour pixel(const Image& image, int x, int y) {
    const std::uint8_t* bgra = image.row(y) + x * Image::kChannels;
    EXPECT_EQ(bgra[3], 255);
    return {bgra[2], bgra[1], bgra[0]};
}

void expectColour(const Colour& found, const Colour& expected, int tolerance) {
    EXPECT_NEAR(found.red, expected.red, tolerance);
    EXPECT_NEAR(found.green, expected.green, tolerance);
    EXPECT_NEAR(found.blue, expected.blue, tolerance);
}

int farthest(const Image& a, const Image& b) {
    int most = 0;
    for (std::size_t i = 0; i < a.sizeBytes(); ++i) {
        most = std::max(most, std::abs(a.data()[i] - b.data()[i]));
    }
    return most;
}

Frame firstFrame(const std::string& name) {
    auto source = test::openOk(fixture(name));
    auto frame = source ? source->read() : Result<Frame>(fail(ErrorCode::Internal, "not opened"));
    EXPECT_TRUE(frame) << name;
    return frame ? std::move(*frame) : Frame{};
}

// To the last column of a width that does not suit vector code.
TEST(FrameConverter, FullAndLimitedRangeShowTheSameGrey) {
    for (const char* name : {"grey_tv.mp4", "grey_pc.mp4"}) {
        SCOPED_TRACE(name);
        const Frame frame = firstFrame(name);
        ASSERT_EQ(frame.image.width(), 50);
        for (int x = 0; x < 50; ++x) {
            expectColour(pixel(frame.image, x, 25), {180, 180, 180}, kCodedTolerance);
        }
    }
}

TEST(FrameConverter, TheStreamsColourMatrixIsUsed) {
    for (const char* name : {"red_bt709.mp4", "red_smpte170m.mp4"}) {
        SCOPED_TRACE(name);
        expectColour(pixel(firstFrame(name).image, 32, 32), {0xc0, 0x20, 0x20}, kCodedTolerance);
    }
}

TEST(FrameConverter, WidePrimariesAreBroughtToThoseOfTheScreen) {
    expectColour(pixel(firstFrame("red_bt2020.mkv").image, 32, 32), {0xc0, 0x20, 0x20}, kCodedTolerance);
}

// What tone_mapper.h states, for 0, 10, 100, 203 and 1000 cd/m2.
TEST(FrameConverter, PqIsToneMappedByTheDocumentedCurve) {
    const Frame frame = firstFrame("pq.mkv");
    int x = 16;
    for (const int level : {0, 56, 152, 189, 255}) {
        SCOPED_TRACE(level);
        expectColour(pixel(frame.image, x, 32), {level, level, level}, kToneTolerance);
        x += 32;
    }
}

// Signals of 0, 50, 75 and 100 %: 0, 50.7, 203 and 1000 cd/m2 on the display of BT.2100.
TEST(FrameConverter, HlgIsToneMappedByTheDocumentedCurve) {
    const Frame frame = firstFrame("hlg.mkv");
    int x = 16;
    for (const int level : {0, 117, 189, 255}) {
        SCOPED_TRACE(level);
        expectColour(pixel(frame.image, x, 32), {level, level, level}, kToneTolerance);
        x += 32;
    }
}

// With numbers that no standard gives a meaning for its primaries and matrix, HDR has those of BT.2100.
TEST(FrameConverter, ColoursWithoutAMeaningAreThoseThatAreUsual) {
    const Frame sound = firstFrame("pq.mkv");
    const test::TemporaryFolder folder;
    for (const char number : {'\x03', '\x3f', '\x63'}) {
        std::string bytes = test::readBytes(fixture("pq.mkv"));
        for (const std::string element : {"\x55\xbb\x81", "\x55\xb1\x81"}) {  // Primaries, MatrixCoefficients
            const std::size_t at = bytes.find(element);
            ASSERT_NE(at, std::string::npos);
            ASSERT_EQ(bytes[at + element.size()], '\x09');
            bytes[at + element.size()] = number;
        }
        test::writeBytes(folder.file("strange.mkv"), bytes);
        auto source = test::openOk(folder.file("strange.mkv"));
        ASSERT_TRUE(source);
        const auto frame = source->read();
        ASSERT_TRUE(frame) << frame.error().message;
        EXPECT_LE(farthest(frame->image, sound.image), kToneTolerance);
    }
}

// Orange, opaque on the left and a quarter (64 / 255) there on the right.
TEST(FrameConverter, TransparentPicturesLieOnBlack) {
    for (const char* name : {"alpha.mov", "alpha.webm"}) {
        SCOPED_TRACE(name);
        const Frame frame = firstFrame(name);
        const int tolerance = std::string(name) == "alpha.mov" ? 1 : 8;  // lossless; VP9 at its default quality
        expectColour(pixel(frame.image, 16, 32), {255, 128, 0}, tolerance);
        expectColour(pixel(frame.image, 48, 32), {64, 32, 0}, tolerance);
    }
}

TEST(FrameConverter, PixelAspectIsReported) { EXPECT_NEAR(firstFrame("anamorphic.mp4").pixelAspect, 4.0 / 3.0, 1e-6); }

// A bar that moves between fields: woven, it shows 16 columns of comb teeth over all rows.
TEST(FrameConverter, MovingInterlacedPicturesShowNoComb) {
    auto source = test::openOk(fixture("combed.ts"));
    ASSERT_TRUE(source);
    const auto frames = test::readAll(*source);
    ASSERT_EQ(frames.size(), 20U);
    for (const Frame& frame : frames) {
        int teeth = 0;
        for (int y = 1; y + 1 < frame.image.height(); ++y) {
            for (int x = 0; x < frame.image.width(); ++x) {
                const auto green = [&](int row) { return static_cast<int>(frame.image.row(row)[x * 4 + 1]); };
                teeth += std::abs(2 * green(y) - green(y - 1) - green(y + 1)) > 200 ? 1 : 0;
            }
        }
        EXPECT_LT(teeth, 16 * frame.image.height() / 20) << "at " << toSeconds(frame.pts);
    }
}

Image middlePixels(const Image& image) {
    Image points(FrameGlimpse::kColumns, FrameGlimpse::kRows);
    for (int y = 0; y < points.height(); ++y) {
        for (int x = 0; x < points.width(); ++x) {
            const int fromX = (2 * x + 1) * image.width() / (2 * points.width());
            const int fromY = (2 * y + 1) * image.height() / (2 * points.height());
            std::copy_n(image.row(fromY) + fromX * Image::kChannels, Image::kChannels,
                        points.data() + y * points.strideBytes() + x * Image::kChannels);
        }
    }
    return points;
}

// Glimpses are developed when the source has gone on, and some are not.
TEST(FrameConverter, AGlimpseShowsPointsOfThePictureThatReadingGivesAndDevelopsIntoIt) {
    constexpr int kNone = -1;  // no points: the whole picture is converted
    for (const auto& [path, tolerance] : {std::pair{test::sourceFile("resources/sample.mp4"), 0},
                                          {fixture("bframes.mkv"), 0},
                                          {fixture("grey_pc.mp4"), 0},
                                          {fixture("red_smpte170m.mp4"), 0},
                                          {fixture("motion_jpeg.avi"), 0},
                                          {fixture("copy_huffyuv.avi"), 2},  // 4:2:2
                                          {fixture("open_gop_hevc.mkv"), kNone},
                                          {fixture("grey_rotate90.mp4"), kNone},
                                          {fixture("pq.mkv"), kNone},
                                          {fixture("alpha.mov"), kNone},
                                          {fixture("animation.mov"), kNone}}) {
        SCOPED_TRACE(path);
        auto source = test::openOk(path);
        auto glimpsed = test::openOk(path);
        ASSERT_TRUE(source && glimpsed);
        std::optional<FrameGlimpse> before;
        std::optional<Frame> beforeFrame;
        for (int i = 0; i < 20; ++i) {
            auto frame = source->read();
            auto glimpse = glimpsed->glimpse();
            ASSERT_EQ(frame.has_value(), glimpse.has_value());
            if (!frame) {
                break;
            }
            EXPECT_EQ(glimpse->frame.id, frame->id);
            EXPECT_EQ(glimpse->frame.pts, frame->pts);
            EXPECT_EQ(glimpse->frame.duration, frame->duration);
            EXPECT_EQ(glimpse->frame.pixelAspect, frame->pixelAspect);
            EXPECT_EQ(glimpse->points.empty(), tolerance == kNone);
            if (tolerance != kNone) {
                EXPECT_TRUE(glimpse->frame.image.empty());
                ASSERT_EQ(glimpse->points.sizeBytes(), middlePixels(frame->image).sizeBytes());
                EXPECT_LE(farthest(glimpse->points, middlePixels(frame->image)), tolerance);
            }
            if (before && i % 3 != 0) {
                const auto developedBefore = developed(std::move(*before));
                ASSERT_TRUE(developedBefore);
                ASSERT_EQ(developedBefore->image.sizeBytes(), beforeFrame->image.sizeBytes());
                EXPECT_EQ(farthest(developedBefore->image, beforeFrame->image), 0);
            }
            before = std::move(*glimpse);
            beforeFrame = std::move(*frame);
        }
    }
}

}  // namespace
}  // namespace sightline
