#include "core/inference/picture_views.h"

#include <gtest/gtest.h>

#include "core/inference/preprocess.h"

namespace sightline {
namespace {

constexpr int kSize = 20;

// Grey levels that grow to the right and downwards.
Image ramp(int width, int height) {
    Image image(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            std::uint8_t* pixel = image.data() + (static_cast<std::ptrdiff_t>(y) * width + x) * Image::kChannels;
            pixel[0] = pixel[1] = static_cast<std::uint8_t>(y);
            pixel[2] = static_cast<std::uint8_t>(x);
            pixel[3] = 255;
        }
    }
    return image;
}

std::vector<std::uint8_t> seen(const Image& image, int view) {
    std::vector<std::uint8_t> rgb;
    preprocessView(image, view, kSize, rgb);
    return rgb;
}

TEST(PictureViews, TheFirstIsTheWholePicture) {
    const Image image = ramp(200, 100);
    std::vector<std::uint8_t> whole;
    preprocess(image, kSize, whole);
    EXPECT_EQ(seen(image, 0), whole);
}

TEST(PictureViews, OddOnesAreMirrored) {
    const Image image = ramp(200, 100);
    for (const int view : {0, 2}) {
        const auto plain = seen(image, view);
        const auto mirrored = seen(image, view + 1);
        for (std::size_t y = 0; y < kSize; ++y) {
            for (std::size_t x = 0; x < kSize; ++x) {
                for (std::size_t c = 0; c < 3; ++c) {
                    ASSERT_EQ(mirrored[(y * kSize + x) * 3 + c], plain[(y * kSize + kSize - 1 - x) * 3 + c]);
                }
            }
        }
    }
}

TEST(PictureViews, TheMiddleLeavesOutThreeInFortyOfEachSide) {
    const auto middle = seen(ramp(200, 100), 2);
    // 170 of 200 columns from the 15th on, 8.5 to a cell; 85 of 100 rows from the 7th on, 4.25 to a cell.
    EXPECT_EQ(middle[0], 19);                            // red: the column
    EXPECT_EQ(middle[(kSize - 1) * 3], 180);             // of the last cell
    EXPECT_EQ(middle[1], 9);                             // green: the row
    EXPECT_EQ(middle[kSize * (kSize - 1) * 3 + 1], 89);  // of the last cell
}

TEST(PictureViews, APictureOfOnePixelHasThemAll) {
    Image dot(1, 1);
    std::fill_n(dot.data(), Image::kChannels, std::uint8_t{90});
    for (int view = 0; view < kMostViews; ++view) {
        EXPECT_EQ(seen(dot, view), std::vector<std::uint8_t>(kSize * kSize * 3, 90));
    }
}

}  // namespace
}  // namespace sightline
