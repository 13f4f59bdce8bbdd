// What tests of live sources see.
#pragma once

#include <gtest/gtest.h>

#include "core/media/image.h"

namespace sightline::test {

// The middle of the picture.
inline void expectRed(const Image& image) {
    ASSERT_FALSE(image.empty());
    const std::uint8_t* middle = image.row(image.height() / 2) + image.width() / 2 * Image::kChannels;
    EXPECT_LT(middle[0], 40);
    EXPECT_LT(middle[1], 40);
    EXPECT_GT(middle[2], 200);
    EXPECT_EQ(middle[3], 255);
}

}  // namespace sightline::test
