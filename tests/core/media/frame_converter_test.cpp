// Colours, range, transparency and deinterlacing, through the whole reader.
#include <cstdlib>

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

}  // namespace
}  // namespace sightline
