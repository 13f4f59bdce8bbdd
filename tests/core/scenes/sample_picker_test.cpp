#include "core/scenes/sample_picker.h"

#include <functional>

#include <gtest/gtest.h>

#include "tests/support/pictures.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

constexpr MediaTime kFrame = 40ms;

// Times of the frames that are picked, in milliseconds.
std::vector<std::int64_t> picked(int frames, const std::function<FrameSignature(int)>& frame) {
    SamplePicker picker;
    std::vector<std::int64_t> times;
    for (int i = 0; i < frames; ++i) {
        if (picker.wants(frame(i), i * kFrame)) {
            times.push_back(i * kFrame / 1ms);
        }
    }
    return times;
}

const FrameSignature kFirst = FrameSignature::of(test::texture(1));
const FrameSignature kSecond = FrameSignature::of(test::texture(2));

TEST(SamplePicker, TheIntervalDoublesWhileNothingChanges) {
    const auto times = picked(2000, [](int) { return kFirst; });
    EXPECT_EQ(times, (std::vector<std::int64_t>{0, 1000, 3000, 7000, 15000, 31000, 47000, 63000, 79000}));
}

TEST(SamplePicker, AfterACutTheFrameThreeTenthsOfASecondLaterIsPicked) {
    const auto times = picked(250, [](int i) { return i < 150 ? kFirst : kSecond; });
    EXPECT_EQ(times, (std::vector<std::int64_t>{0, 1000, 3000, 6320, 7320, 9320}));
}

TEST(SamplePicker, AFlashIsNotPicked) {
    const FrameSignature flash = FrameSignature::of(test::mix(test::texture(1), test::plain(255), 0.8));
    for (const auto time : picked(100, [&](int i) { return i == 40 || i == 41 ? flash : kFirst; })) {
        EXPECT_FALSE(time == 40 * 40 || time == 41 * 40);
    }
}

TEST(SamplePicker, BlackFramesAreNeverPicked) {
    const FrameSignature black = FrameSignature::of(test::plain(0));
    EXPECT_EQ(picked(50, [&](int i) { return i < 10 ? black : kFirst; }), (std::vector<std::int64_t>{400, 1400}));
    EXPECT_TRUE(picked(100, [&](int) { return black; }).empty());
}

TEST(SamplePicker, WhatChangesAllTheTimeIsPickedOnceASecond) {
    const auto times = picked(130, [](int i) { return FrameSignature::of(test::texture(static_cast<unsigned>(i))); });
    EXPECT_EQ(times, (std::vector<std::int64_t>{0, 1040, 2080, 3120, 4160}));
}

}  // namespace
}  // namespace sightline
