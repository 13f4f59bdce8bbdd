#include "core/inference/picture_views.h"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

namespace sightline {
namespace {

using Pixel = std::array<std::uint8_t, Image::kChannels>;

Pixel at(const Image& image, int x, int y) {
    Pixel pixel;
    std::copy_n(image.row(y) + static_cast<std::ptrdiff_t>(x) * Image::kChannels, Image::kChannels, pixel.begin());
    return pixel;
}

// Every pixel tells its column and row.
Image numbered(int width, int height) {
    Image image(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const Pixel pixel{static_cast<std::uint8_t>(x), static_cast<std::uint8_t>(y), 0, 255};
            std::ranges::copy(pixel, image.data() + (static_cast<std::ptrdiff_t>(y) * width + x) * Image::kChannels);
        }
    }
    return image;
}

// `view` shows the rectangle of the picture whose upper left corner is at (left, top).
void expectShows(const Image& view, int left, int top, int width, int height) {
    ASSERT_EQ(view.width(), width);
    ASSERT_EQ(view.height(), height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            ASSERT_EQ(at(view, x, y),
                      (Pixel{static_cast<std::uint8_t>(left + x), static_cast<std::uint8_t>(top + y), 0, 255}));
        }
    }
}

TEST(PictureViews, TheFirstIsThePictureItself) { EXPECT_TRUE(pictureView(numbered(200, 100), 0).empty()); }

TEST(PictureViews, TheSecondIsMirrored) {
    const Image mirrored = pictureView(numbered(7, 3), 1);
    ASSERT_EQ(mirrored.width(), 7);
    ASSERT_EQ(mirrored.height(), 3);
    for (int y = 0; y < 3; ++y) {
        for (int x = 0; x < 7; ++x) {
            EXPECT_EQ(at(mirrored, x, y),
                      (Pixel{static_cast<std::uint8_t>(6 - x), static_cast<std::uint8_t>(y), 0, 255}));
        }
    }
}

TEST(PictureViews, TheThirdIsTheSquareInTheCentre) {
    expectShows(pictureView(numbered(200, 100), 2), 50, 0, 100, 100);
    expectShows(pictureView(numbered(90, 160), 2), 0, 35, 90, 90);
    EXPECT_TRUE(pictureView(numbered(80, 80), 2).empty()) << "it would be the picture itself";
}

TEST(PictureViews, TheFourthLeavesOutThreeInFortyOfEachSide) {
    expectShows(pictureView(numbered(200, 100), 3), 15, 7, 170, 85);
}

TEST(PictureViews, APictureOfOnePixelHasThem) {
    const Image dot = numbered(1, 1);
    expectShows(pictureView(dot, 1), 0, 0, 1, 1);
    expectShows(pictureView(dot, 3), 0, 0, 1, 1);
}

}  // namespace
}  // namespace sightline
