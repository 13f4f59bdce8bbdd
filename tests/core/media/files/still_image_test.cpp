#include "core/media/files/still_image.h"

#include <gtest/gtest.h>

#include "tests/support/fixtures.h"

namespace sightline {
namespace {

const auto kCat = test::sourceFile("tests/data/cat.jpg");
const auto kCoffee = test::sourceFile("tests/data/coffee.png");

TEST(StillImage, PicturesAreToldFromOtherFiles) {
    EXPECT_TRUE(isStillImage(kCat));
    EXPECT_TRUE(isStillImage(kCoffee));
    EXPECT_FALSE(isStillImage(test::sourceFile("resources/sample.mp4")));
    EXPECT_FALSE(isStillImage(test::fixture("text.mp4")));
    EXPECT_FALSE(isStillImage(test::fixture("no such file")));
}

TEST(StillImage, PixelsAreBgraWithFullAlpha) {
    const auto image = readStillImage(kCoffee);
    ASSERT_TRUE(image) << image.error().message;
    EXPECT_EQ(image->width(), 240);
    EXPECT_EQ(image->height(), 160);
    const std::uint8_t* saucer = image->row(120) + 60 * Image::kChannels;  // the red saucer
    EXPECT_GT(saucer[2], 100);
    EXPECT_LT(saucer[0], 60);
    EXPECT_EQ(saucer[3], 255);
}

TEST(StillImage, ExifOrientationIsApplied) {
    const auto image = readStillImage(test::sourceFile("tests/data/turned.jpg"));
    ASSERT_TRUE(image);
    EXPECT_EQ(image->width(), 16);
    EXPECT_EQ(image->height(), 32);
    EXPECT_GT(image->row(4)[8 * Image::kChannels + 2], 200) << "red is not on top";
    EXPECT_GT(image->row(28)[8 * Image::kChannels], 200) << "blue is not below";
}

TEST(StillImage, AFileCutShortIsAnError) {
    const test::TemporaryFolder folder;
    for (const auto& path : {kCat, kCoffee}) {
        const std::string bytes = test::readBytes(path);
        const auto cut = folder.file("cut" + path.extension().string());
        test::writeBytes(cut, bytes.substr(0, bytes.size() / 2));
        const auto image = readStillImage(cut);
        ASSERT_FALSE(image) << path;
        EXPECT_EQ(image.error().code, ErrorCode::Corrupt);
    }
}

TEST(StillImage, WhatIsNoPictureIsAnError) {
    EXPECT_EQ(readStillImage(test::fixture("text.mp4")).error().code, ErrorCode::Corrupt);
    EXPECT_EQ(readStillImage(test::fixture("empty.mp4")).error().code, ErrorCode::Corrupt);
    EXPECT_EQ(readStillImage(test::fixture("no such file")).error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace sightline
