#include "core/pipeline/waveform_store.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/eventually.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

std::filesystem::path sound(const std::string& name) { return std::filesystem::path(SIGHTLINE_SOUNDS) / name; }

// 60 s of silence with one loud step at 12.34 s.
Waveform withOneSound() {
    Waveform waveform;
    for (int i = 0; i < 6001; ++i) {
        waveform.append(i == 1234 ? -0.5F : 0.0F, i == 1234 ? 0.25F : 0.0F);
    }
    return waveform;
}

TEST(WaveformTest, ASoundIsInItsPartAtEveryZoom) {
    const Waveform waveform = withOneSound();
    for (const int count : {1, 2, 7, 60, 600, 6000}) {
        const auto peaks = waveform.peaks(0s, 60s, count);
        ASSERT_EQ(peaks.size(), static_cast<std::size_t>(count));
        const auto loudest = std::ranges::max_element(peaks);
        EXPECT_NEAR(*loudest, 0.5F, 0.01F);
        const double part = 60.0 / count;
        const double found = static_cast<double>(loudest - peaks.begin()) * part;
        EXPECT_NEAR(found + part / 2, 12.345, part);
    }
}

TEST(WaveformTest, TheEndIsKnownAtEveryZoom) {
    Waveform waveform;
    for (int i = 0; i < 1003; ++i) {
        waveform.append(0.0F, i == 1002 ? 1.0F : 0.0F);
    }
    EXPECT_EQ(waveform.end(), 10'030ms);
    for (const int count : {1, 4, 1003}) {
        EXPECT_EQ(waveform.peaks(0ms, 10'030ms, count).back(), 1.0F) << count;
    }
}

TEST(WaveformTest, OutsideThereIsSilence) {
    const Waveform waveform = withOneSound();
    EXPECT_THAT(waveform.peaks(100s, 200s, 10), testing::Each(0.0F));
    EXPECT_THAT(waveform.peaks(-20s, -10s, 10), testing::Each(0.0F));
    EXPECT_EQ(waveform.peaks(0s, 60s, 0).size(), 0U);
    EXPECT_THAT(Waveform().peaks(0s, 1s, 3), testing::ElementsAre(0.0F, 0.0F, 0.0F));
}

TEST(WaveformTest, BytesBringItBack) {
    const Waveform waveform = withOneSound();
    const auto again = Waveform::fromBytes(waveform.toBytes());
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, waveform);
    EXPECT_EQ(Waveform::fromBytes("something else").error().code, ErrorCode::Corrupt);
    EXPECT_EQ(Waveform::fromBytes(waveform.toBytes() + "x").error().code, ErrorCode::Corrupt);
}

TEST(WaveformStoreTest, BeepsStandOutWhereTheyAreHeard) {
    test::Wakeups wakeups;
    WaveformStore store(sound("aac.mp4"), {}, std::ref(wakeups));
    ASSERT_TRUE(wakeups.waitFor([&] { return store.isComplete(); }));
    const auto peaks = store.peaks(0s, 6s, 600);
    ASSERT_EQ(peaks.size(), 600U);
    for (int i = 0; i < 600; ++i) {
        const int sinceBeep = (i - 50) % 75;  // a beep of 5 parts every 75, from part 50 on
        if (i >= 50 && sinceBeep >= 1 && sinceBeep <= 3) {
            EXPECT_GT(peaks[static_cast<std::size_t>(i)], 0.5F) << i;
        } else if (i < 48 || (sinceBeep >= 8 && sinceBeep <= 72)) {
            EXPECT_LT(peaks[static_cast<std::size_t>(i)], 0.1F) << i;
        }
    }
}

TEST(WaveformStoreTest, TheSecondTimeItComesFromTheDisk) {
    const test::TemporaryFolder folder;
    std::vector<float> first;
    for (const bool again : {false, true}) {
        test::Wakeups wakeups;
        WaveformStore store(sound("aac.mp4"), folder.file("waveforms"), std::ref(wakeups));
        ASSERT_TRUE(wakeups.waitFor([&] { return store.isComplete(); }));
        EXPECT_EQ(store.cameFromCache(), again);
        const auto peaks = store.peaks(0s, 6s, 100);
        EXPECT_TRUE(!again || peaks == first);
        first = peaks;
    }
}

TEST(WaveformStoreTest, AVideoWithoutAudioHasNone) {
    test::Wakeups wakeups;
    WaveformStore store(sound("flashes.mp4"), {}, std::ref(wakeups));
    ASSERT_TRUE(wakeups.waitFor([&] { return store.isComplete(); }));
    EXPECT_TRUE(store.peaks(0s, 1s, 10).empty());
}

TEST(WaveformStoreTest, ItCanBeLeftAtAnyMoment) {
    for (int i = 0; i < 20; ++i) {
        const WaveformStore store(sound("pcm.mkv"), {}, [] {});
    }
}

}  // namespace
}  // namespace sightline
