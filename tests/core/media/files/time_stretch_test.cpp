#include "core/media/files/time_stretch.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "core/media/files/audio_reader.h"
#include "tests/support/beeps.h"

namespace sightline {
namespace {

std::vector<float> stretched(double speed) {
    auto source = openAudio(std::filesystem::path(SIGHTLINE_SOUNDS) / "pcm.mkv").value();
    const auto all = test::readAll(*source);
    auto stretch = TimeStretch::create({}, speed).value();
    std::vector<float> out;
    for (std::size_t i = 0; i < all.size(); i += 2048) {
        stretch->push(std::span(all).subspan(i, std::min<std::size_t>(2048, all.size() - i)));
        stretch->pull(out);
    }
    stretch->push({});
    stretch->pull(out);
    return out;
}

class StretchTest : public testing::TestWithParam<double> {};

TEST_P(StretchTest, BeepsComeWhenTheirPictureDoes) {
    const double speed = GetParam();
    const auto out = stretched(speed);
    EXPECT_NEAR(static_cast<double>(out.size()) / 2, 6 * 48'000 / speed, 4096);
    const auto starts = test::beepStarts(out, {}, 0.2F);
    ASSERT_EQ(starts.size(), 8U);
    for (std::size_t i = 0; i < starts.size(); ++i) {
        const double mediaTime = static_cast<double>(starts[i]) / 48'000 * speed;
        EXPECT_NEAR(mediaTime * 1000, (0.5 + 0.75 * static_cast<double>(i)) * 1000, speed == 1.0 ? 1.0 : 40.0);
    }
}

TEST_P(StretchTest, ThePitchStays) {
    const auto out = stretched(GetParam());
    const auto starts = test::beepStarts(out, {}, 0.2F);
    ASSERT_FALSE(starts.empty());
    // In the middle of the second beep: 1 kHz crosses zero upwards 10 times in 10 ms.
    const std::size_t from = starts[1] + static_cast<std::size_t>(0.025 * 48'000 / GetParam());
    int crossings = 0;
    for (std::size_t i = from; i < from + 480; ++i) {
        crossings += out[2 * i] < 0 && out[2 * i + 2] >= 0 ? 1 : 0;
    }
    EXPECT_NEAR(crossings, 10, 1);
}

INSTANTIATE_TEST_SUITE_P(Speeds, StretchTest, testing::Values(0.5, 0.75, 1.0, 1.25, 1.5, 2.0));

TEST(TimeStretchTest, SpeedsThatAreNotUnderstoodAreRefused) {
    EXPECT_EQ(TimeStretch::create({}, 0.25).error().code, ErrorCode::Unsupported);
    EXPECT_EQ(TimeStretch::create({}, 4.0).error().code, ErrorCode::Unsupported);
}

}  // namespace
}  // namespace sightline
