#include "core/inference/preprocess.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <gtest/gtest.h>

#include "core/media/files/still_image.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

// Golden values come from `resize` in models/sightline_models/dataset.py, written by `python -m sightline_models
// golden`.
void expectGolden(const char* picture, const PictureInput& input, const char* golden, int tolerance) {
    const int size = input.size;
    const auto image = readStillImage(test::sourceFile(picture));
    ASSERT_TRUE(image);
    const std::string expected = test::readBytes(test::sourceFile(golden));
    ASSERT_EQ(expected.size(), static_cast<std::size_t>(size) * static_cast<std::size_t>(size) * 3);
    std::vector<std::uint8_t> rgb;
    preprocess(*image, input, rgb);
    ASSERT_EQ(rgb.size(), expected.size());
    int worst = 0;
    for (std::size_t i = 0; i < rgb.size(); ++i) {
        worst = std::max(worst, std::abs(rgb[i] - static_cast<std::uint8_t>(expected[i])));
    }
    EXPECT_LE(worst, tolerance) << picture;
}

TEST(Preprocess, ShrinkingGivesTheBytesOfPython) {
    expectGolden("tests/data/coffee.png", squashed(40), "tests/data/golden/coffee_40.rgb", 0);
}

TEST(Preprocess, EnlargingMatchesPythonWithinOneLevel) {
    expectGolden("tests/data/tiny.png", squashed(40), "tests/data/golden/tiny_40.rgb", 1);
}

TEST(Preprocess, TheCentreOfAPictureThatKeepsItsShapeHasTheBytesOfPillow) {
    expectGolden("tests/data/coffee.png", {40, Resizing::ShorterSide, 48, ResizeFilter::Bicubic, false},
                 "tests/data/golden/coffee_40_bicubic.rgb", 0);
}

TEST(Preprocess, ASquashedPictureHasTheBytesOfPillow) {
    expectGolden("tests/data/coffee.png", {40, Resizing::Squash, 40, ResizeFilter::Lanczos, false},
                 "tests/data/golden/coffee_40_lanczos.rgb", 0);
    expectGolden("tests/data/tiny.png", {40, Resizing::Squash, 40, ResizeFilter::Bilinear, false},
                 "tests/data/golden/tiny_40_bilinear.rgb", 0);
}

TEST(Preprocess, ColoursComeInTheOrderThatTheNetworkWants) {
    Image image(1, 1);
    std::copy_n(std::to_array<std::uint8_t>({1, 2, 3, 4}).data(), 4, image.data());
    PictureInput input = squashed(1);
    input.bgr = true;
    std::vector<std::uint8_t> bgr;
    preprocess(image, input, bgr);
    EXPECT_EQ(bgr, (std::vector<std::uint8_t>{1, 2, 3}));
}

TEST(Preprocess, ALineOfPixelsIsResizedToo) {
    std::vector<std::uint8_t> rgb;
    preprocess(Image(2000, 1), {32, Resizing::ShorterSide, 36, ResizeFilter::Bicubic, false}, rgb);
    EXPECT_EQ(rgb.size(), 32U * 32U * 3U);
}

TEST(Preprocess, APictureOfTheRightSizeOnlyChangesItsChannelOrder) {
    Image image(2, 2);
    for (std::size_t i = 0; i < image.sizeBytes(); ++i) {
        image.data()[i] = static_cast<std::uint8_t>(i);
    }
    std::vector<std::uint8_t> rgb;
    preprocess(image, squashed(2), rgb);
    EXPECT_EQ(rgb, (std::vector<std::uint8_t>{2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12}));
}

}  // namespace
}  // namespace sightline
