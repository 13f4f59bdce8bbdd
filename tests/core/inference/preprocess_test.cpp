#include "core/inference/preprocess.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <random>

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

// Areas in whole units, as their definition says: floor(average + 1/2).
std::vector<std::uint8_t> averaged(const Image& image, int size) {
    std::vector<std::uint8_t> rgb;
    const std::int64_t area = std::int64_t{image.width()} * image.height();
    const auto inside = [size](int cell, int source, int target) {  // length of a source cell within a target one
        return std::max(0, std::min((cell + 1) * size, (target + 1) * source) - std::max(cell * size, target * source));
    };
    for (int y = 0; y < size; ++y) {
        for (int x = 0; x < size; ++x) {
            for (const int channel : {2, 1, 0}) {
                std::int64_t sum = 0;
                for (int row = y * image.height() / size; row < image.height(); ++row) {
                    const std::int64_t height = inside(row, image.height(), y);
                    if (height == 0) {
                        break;
                    }
                    for (int column = x * image.width() / size; column < image.width(); ++column) {
                        const std::int64_t width = inside(column, image.width(), x);
                        if (width == 0) {
                            break;
                        }
                        sum += height * width * image.row(row)[column * Image::kChannels + channel];
                    }
                }
                rgb.push_back(static_cast<std::uint8_t>((2 * sum + area) / (2 * area)));
            }
        }
    }
    return rgb;
}

// Sums of the first pictures fit in floats, those of the others do not. With bytes of 0 and 1 many averages are halves.
TEST(Preprocess, ShrinkingIsExactAtEverySize) {
    for (const auto& [width, height] :
         {std::pair{640, 480}, {448, 224}, {225, 224}, {300, 1000}, {641, 479}, {1279, 719}}) {
        for (const unsigned largest : {1U, 255U}) {
            Image image(width, height);
            std::minstd_rand random(7);
            std::generate_n(image.data(), image.sizeBytes(),
                            [&] { return static_cast<std::uint8_t>((random() >> 8U) % (largest + 1)); });
            std::vector<std::uint8_t> rgb;
            preprocess(image, squashed(224), rgb);
            EXPECT_EQ(rgb, averaged(image, 224)) << width << "x" << height;
        }
    }
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
