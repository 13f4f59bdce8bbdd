#include "core/inference/preprocess.h"

#include <cstdlib>

#include <gtest/gtest.h>

#include "core/media/files/still_image.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

// Golden values come from `resize` in models/sightline_models/dataset.py, written by `python -m sightline_models
// golden`.
void expectGolden(const char* picture, int size, const char* golden, int tolerance) {
    const auto image = readStillImage(test::sourceFile(picture));
    ASSERT_TRUE(image);
    const std::string expected = test::readBytes(test::sourceFile(golden));
    ASSERT_EQ(expected.size(), static_cast<std::size_t>(size) * static_cast<std::size_t>(size) * 3);
    std::vector<std::uint8_t> rgb;
    preprocess(*image, size, rgb);
    ASSERT_EQ(rgb.size(), expected.size());
    int worst = 0;
    for (std::size_t i = 0; i < rgb.size(); ++i) {
        worst = std::max(worst, std::abs(rgb[i] - static_cast<std::uint8_t>(expected[i])));
    }
    EXPECT_LE(worst, tolerance) << picture;
}

TEST(Preprocess, ShrinkingGivesTheBytesOfPython) {
    expectGolden("tests/data/coffee.png", 40, "tests/data/golden/coffee_40.rgb", 0);
}

TEST(Preprocess, EnlargingMatchesPythonWithinOneLevel) {
    expectGolden("tests/data/tiny.png", 40, "tests/data/golden/tiny_40.rgb", 1);
}

TEST(Preprocess, APictureOfTheRightSizeOnlyChangesItsChannelOrder) {
    Image image(2, 2);
    for (std::size_t i = 0; i < image.sizeBytes(); ++i) {
        image.data()[i] = static_cast<std::uint8_t>(i);
    }
    std::vector<std::uint8_t> rgb;
    preprocess(image, 2, rgb);
    EXPECT_EQ(rgb, (std::vector<std::uint8_t>{2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12}));
}

}  // namespace
}  // namespace sightline
