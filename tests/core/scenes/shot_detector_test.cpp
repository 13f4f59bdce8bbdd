#include "core/scenes/shot_detector.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <random>

#include <gtest/gtest.h>

#include "core/media/files/ffmpeg_file_source.h"
#include "core/media/files/still_image.h"
#include "tests/support/fixtures.h"
#include "tests/support/pictures.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;
using test::mix;
using test::plain;
using test::texture;

constexpr MediaTime kFrame = 40ms;

std::vector<ShotBoundary> detectAt(const std::vector<MediaTime>& times, const std::function<Image(int)>& picture) {
    ShotDetector detector;
    std::vector<ShotBoundary> all;
    for (std::size_t i = 0; i < times.size(); ++i) {
        const auto found = detector.push(FrameSignature::of(picture(static_cast<int>(i))), times[i]);
        all.insert(all.end(), found.begin(), found.end());
    }
    const auto last = detector.finish();
    all.insert(all.end(), last.begin(), last.end());
    return all;
}

std::vector<ShotBoundary> detect(int frames, const std::function<Image(int)>& picture, MediaTime step = kFrame) {
    std::vector<MediaTime> times;
    for (int i = 0; i < frames; ++i) {
        times.push_back(i * step);
    }
    return detectAt(times, picture);
}

ShotBoundary cutAt(MediaTime time) { return {time, time, time, Transition::Cut}; }

Image noisy(Image image, unsigned seed) {
    std::mt19937 random(seed);
    for (std::size_t i = 0; i < image.sizeBytes(); ++i) {
        const int value = image.data()[i] + static_cast<int>(random() % 11) - 5;
        image.data()[i] = static_cast<std::uint8_t>(std::clamp(value, 0, 255));
    }
    return image;
}

// A fade out of `before`, two blank frames of 16, and a fade into `after`; the blank ones are 50 and 51.
Image faded(int i, const Image& before, const Image& after, const Image& blank) {
    return i < 51 ? mix(before, blank, std::clamp((i - 35) / 15.0, 0.0, 1.0))
                  : mix(blank, after, std::clamp((i - 51) / 15.0, 0.0, 1.0));
}

TEST(ShotDetector, EverySlideBeginsAShotHoweverFewFramesThereAre) {
    for (const MediaTime step : {MediaTime(1s), MediaTime(5s), MediaTime(1min)}) {
        std::vector<ShotBoundary> expected;
        for (int i = 1; i < 8; ++i) {
            expected.push_back(cutAt(i * step));
        }
        EXPECT_EQ(detect(
                      8, [](int i) { return texture(static_cast<unsigned>(i)); }, step),
                  expected);
    }
}

TEST(ShotDetector, AScreenThatIsRecordedWhereItChangesHasItsCuts) {
    // Bursts of small changes, then nothing for seconds, then another picture.
    std::vector<MediaTime> times;
    for (int scene = 0; scene < 4; ++scene) {
        for (int i = 0; i < 10; ++i) {
            times.push_back(scene * 7s + i * kFrame);
        }
    }
    const auto found =
        detectAt(times, [](int i) { return noisy(texture(static_cast<unsigned>(i / 10)), static_cast<unsigned>(i)); });
    EXPECT_EQ(found, (std::vector{cutAt(7s), cutAt(14s), cutAt(21s)}));
}

TEST(ShotDetector, ACutIsTheFirstFrameOfTheNewShot) {
    const auto found = detect(150, [](int i) { return texture(i < 60 ? 1 : i < 110 ? 2 : 3); });
    EXPECT_EQ(found, (std::vector<ShotBoundary>{cutAt(60 * kFrame), cutAt(110 * kFrame)}));
}

TEST(ShotDetector, CutsAreFoundInNoiseAndInTheDark) {
    const auto dark = [](unsigned seed) { return mix(texture(seed), plain(10), 0.8); };
    const auto found =
        detect(120, [&](int i) { return noisy(i < 40 ? texture(1) : dark(i < 80 ? 2 : 3), static_cast<unsigned>(i)); });
    EXPECT_EQ(found, (std::vector<ShotBoundary>{cutAt(40 * kFrame), cutAt(80 * kFrame)}));
}

TEST(ShotDetector, CutsDoNotDependOnTheFrameRate) {
    for (const MediaTime step : {MediaTime(8ms), MediaTime(16ms), MediaTime(100ms), MediaTime(1s)}) {
        const auto found = detect(
            300, [](int i) { return texture(i < 150 ? 1 : 2); }, step);
        EXPECT_EQ(found, std::vector{cutAt(150 * step)}) << toMilliseconds(step);
    }
}

TEST(ShotDetector, CutsAreFoundAtAVariableFrameRate) {
    std::vector<MediaTime> times{0s};
    for (int i = 1; i < 120; ++i) {  // 20 to 120 ms
        times.push_back(times.back() + 20ms + i * 7 % 11 * 10ms);
    }
    const auto found = detectAt(times, [](int i) { return texture(i < 50 ? 1 : i < 90 ? 2 : 3); });
    EXPECT_EQ(found, (std::vector<ShotBoundary>{cutAt(times[50]), cutAt(times[90])}));
}

TEST(ShotDetector, RepeatedFramesHideNoCutAndMakeNone) {
    // 12 moving pictures a second, each shown twice.
    const auto photograph = readStillImage(test::sourceFile("tests/data/coffee.png"));
    ASSERT_TRUE(photograph);
    const auto found = detect(150, [&](int i) {
        return i < 100 ? test::view(*photograph, i / 2, 0, photograph->width() * 0.6) : texture(1);
    });
    EXPECT_EQ(found, std::vector{cutAt(100 * kFrame)});
}

TEST(ShotDetector, ADissolveIsOneBoundaryInItsMiddle) {
    for (const int length : {8, 20, 50}) {
        const auto found = detect(
            160, [&](int i) { return mix(texture(1), texture(2), std::clamp((i - 59.0) / (length + 1), 0.0, 1.0)); });
        ASSERT_EQ(found.size(), 1U) << length;
        EXPECT_EQ(found[0].transition, Transition::Dissolve);
        EXPECT_NEAR(toSeconds(found[0].time), toSeconds(59 * kFrame + (length + 1) * kFrame / 2), 0.05) << length;
        EXPECT_NEAR(toSeconds(found[0].start), toSeconds(59 * kFrame), 0.1) << length;
        EXPECT_NEAR(toSeconds(found[0].end), toSeconds((60 + length) * kFrame), 0.1) << length;
    }
}

TEST(ShotDetector, ADissolveIsFoundAtAVariableFrameRate) {
    std::vector<MediaTime> times{0s};
    for (int i = 1; i < 100; ++i) {
        times.push_back(times.back() + 20ms + i * 7 % 11 * 10ms);
    }
    const auto found = detectAt(times, [&](int i) {
        const double passed = toSeconds(times[static_cast<std::size_t>(i)]) - 3.0;
        return mix(texture(1), texture(2), std::clamp(passed, 0.0, 1.0));
    });
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].transition, Transition::Dissolve);
    EXPECT_NEAR(toSeconds(found[0].time), 3.5, 0.05);
}

TEST(ShotDetector, AFadeThroughBlackOrWhiteIsOneBoundaryInTheBlank) {
    for (const std::uint8_t blank : {std::uint8_t{0}, std::uint8_t{255}}) {
        const auto found = detect(150, [&](int i) { return faded(i, texture(1), texture(2), plain(blank)); });
        ASSERT_EQ(found.size(), 1U) << int{blank};
        EXPECT_EQ(found[0].transition, Transition::Fade);
        EXPECT_NEAR(toSeconds(found[0].time), toSeconds(50 * kFrame), 0.08);
        EXPECT_NEAR(toSeconds(found[0].start), toSeconds(36 * kFrame), 0.08);
        EXPECT_NEAR(toSeconds(found[0].end), toSeconds(66 * kFrame), 0.08);
    }
}

TEST(ShotDetector, AFadeToWhiteBetweenBlackBarsIsAFade) {
    const auto barred = [](Image image) {
        for (int y = 0; y < image.height(); ++y) {
            if (y < 5 || y >= image.height() - 5) {
                std::fill_n(image.data() + y * image.strideBytes(), image.strideBytes(), std::uint8_t{0});
            }
        }
        return image;
    };
    const auto found = detect(150, [&](int i) { return barred(faded(i, texture(1), texture(2), plain(255))); });
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].transition, Transition::Fade);
}

TEST(ShotDetector, ALongBlackStretchIsAShotOfItsOwn) {
    const auto found = detect(200, [](int i) { return i < 50 ? texture(1) : i < 125 ? plain(0) : texture(2); });
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].time, 50 * kFrame);
    EXPECT_EQ(found[1].time, 125 * kFrame);
}

TEST(ShotDetector, ShortBlackAtTheBeginningOrTheEndIsNoBoundary) {
    EXPECT_TRUE(detect(100, [](int i) { return i < 20 ? plain(0) : texture(1); }).empty());
    EXPECT_TRUE(detect(100, [](int i) { return i > 80 ? plain(0) : texture(1); }).empty());
}

TEST(ShotDetector, FlashesAreNoBoundaries) {
    EXPECT_TRUE(detect(150, [](int i) {
                    const bool flash = i == 60 || i == 61 || i == 100;
                    return flash ? mix(texture(1), plain(255), i == 100 ? 1.0 : 0.8) : texture(1);
                }).empty());
}

TEST(ShotDetector, AFlashBesideACutHidesItNot) {
    const auto found =
        detect(120, [](int i) { return i == 57 ? mix(texture(1), plain(255), 0.8) : texture(i < 60 ? 1 : 2); });
    EXPECT_EQ(found, std::vector{cutAt(60 * kFrame)});
}

TEST(ShotDetector, AnotherLightIsNoCut) {
    EXPECT_TRUE(detect(100, [](int i) { return i < 50 ? texture(1) : mix(texture(1), plain(255), 0.4); }).empty());
    EXPECT_TRUE(
        detect(100, [](int i) { return mix(texture(1), plain(0), std::clamp((i - 40) / 20.0, 0.0, 0.6)); }).empty());
}

TEST(ShotDetector, OfTwoBoundariesTooCloseOneIsGiven) {
    EXPECT_EQ(detect(120, [](int i) { return texture(i < 60 ? 1 : i < 70 ? 2 : 3); }).size(), 1U);
    EXPECT_EQ(detect(120, [](int i) { return texture(i < 60 ? 1 : i < 75 ? 2 : 3); }).size(), 2U);
}

TEST(ShotDetector, FindsTheDissolveAndTheCutOfABroadcastClip) {
    const auto file = test::sharedFile("videos/nasa_13013.mp4");
    if (!file) {
        GTEST_SKIP() << test::kNoSharedData;
    }
    auto source = openVideoFile(*file);
    ASSERT_TRUE(source);
    ShotDetector detector;
    std::vector<ShotBoundary> found;
    while (auto frame = (*source)->read()) {
        std::ranges::move(detector.push(FrameSignature::of(frame->image), frame->pts), std::back_inserter(found));
    }
    std::ranges::move(detector.finish(), std::back_inserter(found));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].transition, Transition::Dissolve);
    EXPECT_NEAR(toSeconds(found[0].time), 5.5, 0.2);
    EXPECT_EQ(found[1].transition, Transition::Cut);
    EXPECT_NEAR(toSeconds(found[1].time), 8.01, 0.01);
}

TEST(ShotDetector, ABoundaryIsGivenOnceItIsCertainAndInOrder) {
    ShotDetector detector;
    MediaTime lastTime{};
    std::size_t given = 0;
    for (int i = 0; i < 500; ++i) {
        const auto found = detector.push(FrameSignature::of(texture(static_cast<unsigned>(i / 60))), i * kFrame);
        for (const ShotBoundary& boundary : found) {
            EXPECT_GT(boundary.time, lastTime);
            EXPECT_LE(boundary.time + ShotDetector::kLookAhead, i * kFrame);
            EXPECT_GT(boundary.time + ShotDetector::kLookAhead + 2 * kFrame, i * kFrame);
            lastTime = boundary.time;
            ++given;
        }
    }
    EXPECT_EQ(given + detector.finish().size(), 8U);
}

TEST(ShotDetector, AStillHourHasNoBoundary) {
    ShotDetector detector;
    const FrameSignature signature = FrameSignature::of(texture(1));
    std::size_t boundaries = 0;
    for (int i = 0; i < 36'000; ++i) {
        boundaries += detector.push(signature, i * 100ms).size();
    }
    EXPECT_EQ(boundaries + detector.finish().size(), 0U);
}

TEST(ShotDetector, NoFramesAndEmptyPicturesHaveNoBoundary) {
    EXPECT_TRUE(detect(0, [](int) { return Image(); }).empty());
    EXPECT_TRUE(detect(1, [](int) { return texture(1); }).empty());
    EXPECT_TRUE(detect(20, [](int) { return Image(); }).empty());
}

class ShotDetectorOnPhotographs : public ::testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        auto read = readStillImage(test::sourceFile(std::string("tests/data/") + GetParam()));
        ASSERT_TRUE(read);
        photograph_ = std::move(*read);
    }

    // A window of `width`, at `left` and `top`, all as shares of the photograph.
    Image view(double left, double top, double width) const {
        return test::view(photograph_, left * photograph_.width(), top * photograph_.height(),
                          width * photograph_.width());
    }

    Image photograph_;
};

TEST_P(ShotDetectorOnPhotographs, PansAreNoBoundaries) {
    EXPECT_TRUE(detect(200, [&](int i) { return view(i / 400.0, 0.1, 0.5); }).empty());
    EXPECT_TRUE(detect(120, [&](int i) { return view(std::clamp((i - 50) / 40.0, 0.0, 0.5), 0.1, 0.5); }).empty());
}

TEST_P(ShotDetectorOnPhotographs, ZoomsAreNoBoundaries) {
    EXPECT_TRUE(detect(150, [&](int i) { return view(i / 400.0, i / 400.0, 1.0 - i / 200.0); }).empty());
}

TEST_P(ShotDetectorOnPhotographs, AHandThatShakesMakesNoBoundary) {
    std::mt19937 random(1);
    double x = 0.2;
    double y = 0.2;
    EXPECT_TRUE(detect(200, [&](int) {
                    const auto push = [&] { return (static_cast<double>(random() % 1001) - 500.0) / 500.0 * 0.01; };
                    x = 0.2 + 0.85 * (x - 0.2) + push();
                    y = 0.2 + 0.85 * (y - 0.2) + push();
                    return view(x, y, 0.6);
                }).empty());
}

TEST_P(ShotDetectorOnPhotographs, ADissolveOutOfAPanIsFound) {
    const auto found = detect(150, [&](int i) {
        return mix(view(std::min(i, 95) / 300.0, 0.1, 0.5), texture(7), std::clamp((i - 70) / 25.0, 0.0, 1.0));
    });
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].transition, Transition::Dissolve);
    EXPECT_NEAR(toSeconds(found[0].time), 3.3, 0.2);  // of a second from 2.8 to 3.8
}

INSTANTIATE_TEST_SUITE_P(Free, ShotDetectorOnPhotographs,
                         ::testing::Values("cat.jpg", "coffee.png", "rocket.jpg", "astronaut.jpg"));

}  // namespace
}  // namespace sightline
