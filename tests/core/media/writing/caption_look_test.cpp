#include "core/media/writing/caption_look.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "core/subtitles/subtitle_format.h"

namespace sightline {
namespace {

constexpr std::uint8_t kGrey = 100;
const std::string kLong = "A man in a yellow raincoat is leading two brown horses across a narrow wooden bridge";

Image grey(int width, int height) {
    Image image(width, height);
    for (std::size_t i = 0; i < image.sizeBytes(); ++i) {
        image.data()[i] = i % Image::kChannels == 3 ? 255 : kGrey;
    }
    return image;
}

std::string assOf(const std::string& text) {
    CueTrack track;
    track.cues.push_back({std::chrono::seconds(0), std::chrono::seconds(10), text});
    return findSubtitleFormat("ass")->write(track);
}

Image draw(int width, int height, const std::string& text, const CaptionLook& look = {}, double aspect = 1.0) {
    auto drawn = drawCaption(grey(width, height), aspect, assOf(text), look, 5.0);
    EXPECT_TRUE(drawn) << (drawn ? "" : drawn.error().message);
    return drawn ? std::move(*drawn) : Image();
}

struct Bright {
    int left = 10'000, right = -1, top = 10'000, bottom = -1;
    int height() const { return bottom - top + 1; }
};

Bright brightOf(const Image& image) {
    Bright found;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (image.row(y)[x * Image::kChannels + 1] > 160) {
                found = {std::min(found.left, x), std::max(found.right, x), std::min(found.top, y),
                         std::max(found.bottom, y)};
            }
        }
    }
    return found;
}

TEST(CaptionLookTest, ALongCaptionFitsUprightAndSmallPictures) {
    const std::pair<int, int> sizes[] = {{180, 320}, {360, 640}, {320, 240}, {96, 96},
                                         {64, 48},   {640, 120}, {640, 360}};
    for (const auto& [width, height] : sizes) {
        for (const int percent : {100, 200}) {
            const Image image = draw(width, height, kLong, {.sizePercent = percent});
            const Bright letters = brightOf(image);
            EXPECT_GT(letters.left, 0) << width << "x" << height << " at " << percent;
            EXPECT_LT(letters.right, width - 1) << width << "x" << height << " at " << percent;
            EXPECT_GT(letters.top, 0) << width << "x" << height << " at " << percent;
            EXPECT_LT(letters.bottom, height - 1) << width << "x" << height << " at " << percent;
            EXPECT_GT(letters.height(), 4);
        }
    }
}

TEST(CaptionLookTest, AWordWiderThanThePictureIsBroken) {
    const Image image = draw(96, 160, std::string(80, 'W'));
    const Bright letters = brightOf(image);
    EXPECT_GT(letters.left, 0);
    EXPECT_LT(letters.right, 95);
    EXPECT_GT(letters.height(), 15);  // more than two lines
}

TEST(CaptionLookTest, PlaceSizeAndBoxAreAsChosen) {
    const Bright usual = brightOf(draw(640, 360, "HHHH"));
    EXPECT_GT(usual.top, 180);
    EXPECT_LT(brightOf(draw(640, 360, "HHHH", {.atTop = true})).bottom, 180);
    EXPECT_NEAR(brightOf(draw(640, 360, "HHHH", {.sizePercent = 200})).height(), 2 * usual.height(), 4);

    // Beside the letters, inside the box.
    const auto beside = [](const Image& image) {
        const Bright letters = brightOf(image);
        return static_cast<int>(image.row((letters.top + letters.bottom) / 2)[(letters.left - 4) * Image::kChannels]);
    };
    EXPECT_NEAR(beside(draw(640, 360, "HHHH", {.boxPercent = 100})), 0, 8);
    EXPECT_NEAR(beside(draw(640, 360, "HHHH", {.boxPercent = 40})), kGrey * 6 / 10, 12);

    const Image contrast = draw(640, 360, "HHHH", {.highContrast = true});
    const Bright letters = brightOf(contrast);
    const std::uint8_t* row = contrast.row((letters.top + letters.bottom) / 2);
    const auto isYellow = [&](int x) { return row[x * 4] < 90 && row[x * 4 + 1] > 160 && row[x * 4 + 2] > 160; };
    bool yellow = false;
    for (int x = letters.left; x <= letters.right; ++x) {
        yellow = yellow || isYellow(x);
    }
    EXPECT_TRUE(yellow);
}

TEST(CaptionLookTest, TwoLinesAreKeptToWhileTheLettersAreReadable) {
    // Six words a line at 100 %: two lines need smaller letters, and get them.
    const auto measure = [](double letters) {
        const int lines = static_cast<int>(letters / 8.0) + 1;
        return CaptionExtent{lines, lines * letters, 20.0};
    };
    EXPECT_LT(fittingLetters(20.0, 640, 200, true, measure), 16.0);
    EXPECT_EQ(fittingLetters(20.0, 640, 200, false, measure), 20.0);
    // Beyond that the text takes more lines instead.
    const auto many = [](double letters) { return CaptionExtent{5, 5 * letters, 20.0}; };
    EXPECT_GE(fittingLetters(20.0, 640, 200, true, many), 11.0);
}

}  // namespace
}  // namespace sightline
