#include "core/scenes/shot_detector.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include <gtest/gtest.h>

#include "core/media/still_image.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

constexpr MediaTime kFrame = 40ms;
constexpr int kWidth = 64;
constexpr int kHeight = 36;

// A smooth random texture, which no two seeds share.
Image texture(unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> phase(0.0, 6.28);
    std::uniform_real_distribution<double> frequency(1.0, 7.0);
    double waves[3][5][4];
    for (auto& channel : waves) {
        for (auto& wave : channel) {
            wave[0] = frequency(random) / kWidth;
            wave[1] = frequency(random) / kWidth;
            wave[2] = phase(random);
            wave[3] = 18.0 + 6.0 * phase(random) / 6.28;
        }
    }
    Image image(kWidth, kHeight);
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) {
            for (int c = 0; c < 3; ++c) {
                double value = 128.0;
                for (const auto& wave : waves[c]) {
                    value += wave[3] * std::sin(6.28 * (wave[0] * x + wave[1] * y) + wave[2]);
                }
                image.data()[(y * kWidth + x) * 4 + c] = static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0));
            }
        }
    }
    return image;
}

// What a camera sees of a photograph: from `left` on, `width` pixels of it.
Image view(const Image& photograph, double left, double width) {
    Image image(kWidth, kHeight);
    const double step = width / kWidth;
    const double top = (photograph.height() - step * kHeight) / 2;
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) {
            const std::uint8_t* from = photograph.row(static_cast<int>(top + y * step)) +
                                       static_cast<std::ptrdiff_t>(left + x * step) * Image::kChannels;
            std::copy_n(from, Image::kChannels, image.data() + (y * kWidth + x) * Image::kChannels);
        }
    }
    return image;
}

Image mix(const Image& a, const Image& b, double share) {
    Image image(a.width(), a.height());
    for (std::size_t i = 0; i < image.sizeBytes(); ++i) {
        image.data()[i] = static_cast<std::uint8_t>(std::lround((1 - share) * a.data()[i] + share * b.data()[i]));
    }
    return image;
}

Image plain(std::uint8_t value) {
    Image image(kWidth, kHeight);
    std::fill_n(image.data(), image.sizeBytes(), value);
    return image;
}

// What a detector finds in frames that come at a steady rate.
std::vector<ShotBoundary> detect(int frames, const std::function<Image(int)>& frame, MediaTime step = kFrame) {
    ShotDetector detector;
    std::vector<ShotBoundary> all;
    for (int i = 0; i < frames; ++i) {
        for (const auto& boundary : detector.push(FrameSignature::of(frame(i)), i * step)) {
            EXPECT_LE(boundary.time, i * step - ShotDetector::kLookAhead);
            all.push_back(boundary);
        }
    }
    const auto last = detector.finish();
    all.insert(all.end(), last.begin(), last.end());
    return all;
}

TEST(ShotDetector, ACutIsTheFirstFrameOfTheNewShot) {
    const auto found = detect(150, [](int i) { return texture(i < 60 ? 1 : i < 110 ? 2 : 3); });
    EXPECT_EQ(found, (std::vector<ShotBoundary>{{60 * kFrame, 60 * kFrame, 60 * kFrame, Transition::Cut},
                                                {110 * kFrame, 110 * kFrame, 110 * kFrame, Transition::Cut}}));
}

TEST(ShotDetector, ACutIsFoundAtAVariableFrameRate) {
    // Frame i lasts 20 to 120 ms.
    ShotDetector detector;
    MediaTime time{};
    MediaTime cut{};
    std::vector<ShotBoundary> found;
    for (int i = 0; i < 120; ++i) {
        if (i == 50) {
            cut = time;
        }
        const auto given = detector.push(FrameSignature::of(texture(i < 50 ? 1 : 2)), time);
        found.insert(found.end(), given.begin(), given.end());
        time += std::chrono::milliseconds(20 + 100 * (i * 7 % 11) / 10);
    }
    const auto last = detector.finish();
    found.insert(found.end(), last.begin(), last.end());
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].time, cut);
}

TEST(ShotDetector, ADissolveIsOneBoundaryAboutItsMiddle) {
    for (const int length : {10, 20, 40}) {
        const Image before = texture(1);
        const Image after = texture(2);
        const auto found =
            detect(200, [&](int i) { return mix(before, after, std::clamp((i - 79.0) / (length + 1), 0.0, 1.0)); });
        ASSERT_EQ(found.size(), 1U) << length;
        EXPECT_EQ(found[0].transition, Transition::Dissolve);
        EXPECT_NEAR(toSeconds(found[0].time), toSeconds((80 + length / 2) * kFrame), 0.1) << length;
    }
}

TEST(ShotDetector, AFadeThroughBlackOrWhiteIsOneBoundaryInTheBlank) {
    for (const std::uint8_t blank : {std::uint8_t{0}, std::uint8_t{255}}) {
        const Image before = texture(1);
        const Image after = texture(2);
        const auto found = detect(200, [&](int i) {
            if (i < 100) {
                return mix(before, plain(blank), std::clamp((i - 80) / 15.0, 0.0, 1.0));
            }
            return mix(plain(blank), after, std::clamp((i - 105) / 15.0, 0.0, 1.0));
        });
        ASSERT_EQ(found.size(), 1U) << int{blank};
        EXPECT_EQ(found[0].transition, Transition::Fade);
        EXPECT_NEAR(toSeconds(found[0].time), 4.0, 0.16);
    }
}

TEST(ShotDetector, AFlashIsNoBoundary) {
    const auto found = detect(150, [](int i) {
        const bool flash = i == 60 || i == 61 || i == 100;
        return flash ? mix(texture(1), plain(255), i == 100 ? 1.0 : 0.8) : texture(1);
    });
    EXPECT_TRUE(found.empty()) << found.size();
}

class ShotDetectorOnAPhotograph : public ::testing::Test {
protected:
    void SetUp() override {
        auto read = readStillImage(test::sourceFile("tests/data/cat.jpg"));
        ASSERT_TRUE(read);
        photograph_ = std::move(*read);
    }
    double share(double part) const { return part * photograph_.width(); }

    Image photograph_;
};

TEST_F(ShotDetectorOnAPhotograph, PansAndZoomsAreNoBoundaries) {
    EXPECT_TRUE(detect(250, [&](int i) { return view(photograph_, share(i / 500.0), share(0.5)); }).empty());
    EXPECT_TRUE(
        detect(250, [&](int i) { return view(photograph_, share(i / 1000.0), share(1.0 - i / 500.0)); }).empty());
}

TEST_F(ShotDetectorOnAPhotograph, AQuickPanBetweenStillViewsIsNoBoundary) {
    EXPECT_TRUE(detect(200, [&](int i) {
                    return view(photograph_, share(std::clamp(i - 80, 0, 20) / 40.0), share(0.5));
                }).empty());
}

TEST(ShotDetector, BlackBeforeTheFirstPictureIsNoBoundary) {
    EXPECT_TRUE(detect(100, [](int i) { return i < 20 ? plain(0) : texture(1); }).empty());
    EXPECT_TRUE(detect(100, [](int i) { return i > 80 ? plain(0) : texture(1); }).empty());
}

}  // namespace
}  // namespace sightline
