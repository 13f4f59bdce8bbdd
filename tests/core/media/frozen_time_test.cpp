#include "core/media/frozen_time.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "core/media/frozen_sound.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

TEST(FrozenTime, WhatBeginsAtAFreezeIsBehindItAndWhatEndsThereBefore) {
    const FrozenTimeLine times({{4s, 2s}, {1s, 500ms}, {4s, 1s}});
    EXPECT_EQ(times.startAt(0s), 0s);
    EXPECT_EQ(times.endAt(1s), 1s);
    EXPECT_EQ(times.startAt(1s), 1500ms);
    EXPECT_EQ(times.endAt(4s), 4500ms);
    EXPECT_EQ(times.startAt(4s), 7500ms);
    EXPECT_EQ(times.endAt(10s), 13500ms);
    EXPECT_EQ(times.freezes().front().at, MediaTime(1s));
    EXPECT_EQ(FrozenTimeLine().startAt(3s), 3s);
}

// Two channels: each sample tells its own place.
class CountingSound final : public AudioSource {
public:
    explicit CountingSound(std::int64_t frames) : frames_(frames) {}
    const AudioFormat& format() const override { return format_; }
    Result<std::size_t> read(std::span<float> samples) override {
        std::size_t count = 0;
        for (; count < std::min<std::size_t>(samples.size() / 2, 777) && position_ < frames_; ++count, ++position_) {
            samples[count * 2] = valueAt(position_);
            samples[count * 2 + 1] = -valueAt(position_);
        }
        return count;
    }
    Result<void> seek(MediaTime time) override {
        position_ = static_cast<std::int64_t>(toSeconds(time) * format_.rate + 0.5);
        return {};
    }
    void interrupt() override {}
    static float valueAt(std::int64_t frame) { return 0.1F + static_cast<float>(frame) * 1e-6F; }

private:
    const AudioFormat format_{8000, 2};
    const std::int64_t frames_;
    std::int64_t position_ = 0;
};

std::vector<float> allOf(AudioSource& sound, std::size_t step) {
    std::vector<float> all;
    std::vector<float> some(step * 2);
    while (true) {
        const auto count = sound.read(some);
        EXPECT_TRUE(count);
        if (!count || *count == 0) {
            return all;
        }
        all.insert(all.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(*count * 2));
    }
}

TEST(FrozenSound, EverySampleComesOutAsItWentInAndFreezesAreSilentButForTheirEnds) {
    constexpr std::size_t kFade = 80;  // 10 ms
    for (const std::size_t step : {64U, 1000U, 100'000U}) {
        FrozenSound sound(std::make_unique<CountingSound>(24'000),
                          FrozenTimeLine({{1s, 500ms}, {1s, 1s}, {2500ms, 2s}}));
        const auto samples = allOf(sound, step);
        ASSERT_EQ(samples.size(), (24'000U + 28'000U) * 2);
        const auto expectOriginal = [&](std::size_t from, std::size_t to, std::size_t shift) {
            for (std::size_t i = from; i < to; ++i) {
                ASSERT_EQ(samples[i * 2], CountingSound::valueAt(static_cast<std::int64_t>(i - shift))) << i;
                ASSERT_EQ(samples[i * 2 + 1], -samples[i * 2]) << i;
            }
        };
        expectOriginal(0, 8000, 0);
        expectOriginal(20'000, 32'000, 12'000);
        expectOriginal(48'000, 52'000, 28'000);
        const auto expectSilence = [&](std::size_t from, std::size_t to) {
            for (std::size_t i = from + kFade; i < to - kFade; ++i) {
                ASSERT_EQ(samples[i * 2], 0.0F) << i;
            }
            for (const std::size_t edge : {from, to}) {  // no step that clicks
                for (std::size_t i = edge - kFade; i < std::min<std::size_t>(edge + kFade, 51'999); ++i) {
                    ASSERT_LT(std::abs(samples[i * 2 + 2] - samples[i * 2]), 0.003F) << i;
                }
            }
        };
        expectSilence(8000, 20'000);
        expectSilence(32'000, 48'000);
    }
}

TEST(FrozenSound, SeekingLandsOnTheLongerTimeLine) {
    FrozenSound sound(std::make_unique<CountingSound>(24'000), FrozenTimeLine({{1s, 2s}}));
    std::vector<float> one(2);
    ASSERT_TRUE(sound.seek(3500ms));
    ASSERT_TRUE(sound.read(one));
    EXPECT_EQ(one[0], CountingSound::valueAt(12'000));
    ASSERT_TRUE(sound.seek(2s));
    ASSERT_TRUE(sound.read(one));
    EXPECT_EQ(one[0], 0.0F);
    const auto rest = allOf(sound, 1000);
    EXPECT_EQ(rest.size(), (8000U - 1 + 16'000U) * 2);
    EXPECT_EQ(rest[(8000 - 1) * 2], CountingSound::valueAt(8000));
}

TEST(FrozenSound, WhereTheSoundIsOverNothingWaits) {
    FrozenSound sound(std::make_unique<CountingSound>(4000), FrozenTimeLine({{500ms, 1s}, {1s, 1s}}));
    EXPECT_EQ(allOf(sound, 999).size(), 4000U * 2);
}

}  // namespace
}  // namespace sightline
