// The mix of a programme and its description, sample by sample.
#include "core/narration/described_sound.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "core/narration/loudness.h"
#include "tests/core/narration/film.h"
#include "tests/support/fixtures.h"
#include "tests/support/probe.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

// A tone on all channels, `seconds` long.
class Tone final : public AudioSource {
public:
    Tone(const AudioFormat& format, double seconds, double hertz, double level, double phase = 0.0)
        : format_(format), frames_(static_cast<std::size_t>(seconds * format.rate)), hertz_(hertz), level_(level),
          phase_(phase) {}
    const AudioFormat& format() const override { return format_; }
    Result<std::size_t> read(std::span<float> samples) override {
        const auto channels = static_cast<std::size_t>(format_.channels);
        const std::size_t count = std::min(samples.size() / channels, frames_ - at_);
        for (std::size_t i = 0; i < count; ++i, ++at_) {
            const double angle = 2 * std::numbers::pi * hertz_ * static_cast<double>(at_) / format_.rate + phase_;
            std::fill_n(samples.begin() + static_cast<std::ptrdiff_t>(i * channels), channels,
                        static_cast<float>(level_ * std::sin(angle)));
        }
        return count;
    }
    Result<void> seek(MediaTime) override { return fail(ErrorCode::Unsupported, "A tone is not sought."); }
    void interrupt() override {}

private:
    const AudioFormat format_;
    const std::size_t frames_;
    const double hertz_, level_, phase_;
    std::size_t at_ = 0;
};

std::vector<float> all(DescribedSound& sound) {
    std::vector<float> samples;
    std::vector<float> step(1000 * static_cast<std::size_t>(sound.format().channels));
    while (true) {
        const auto count = sound.read(step);
        EXPECT_TRUE(count);
        if (!count || *count == 0) {
            return samples;
        }
        samples.insert(
            samples.end(), step.begin(),
            step.begin() + static_cast<std::ptrdiff_t>(*count * static_cast<std::size_t>(sound.format().channels)));
    }
}

// Effective level of one channel of so many, in dB.
double level(const std::vector<float>& samples, int channels, int channel, double from, double to) {
    double sum = 0.0;
    const auto first = static_cast<std::size_t>(from * 48'000);
    const auto last = static_cast<std::size_t>(to * 48'000);
    for (std::size_t i = first; i < last; ++i) {
        const double sample = samples[i * static_cast<std::size_t>(channels) + static_cast<std::size_t>(channel)];
        sum += sample * sample;
    }
    return 10.0 * std::log10(sum / static_cast<double>(last - first) + 1e-20);
}

TEST(DuckingCurve, FallsBeforeAndRisesBehind) {
    DuckingCurve curve({{1s, 2s}}, MixOptions{});
    EXPECT_EQ(curve.at(849ms), 0.0);
    EXPECT_NEAR(curve.at(925ms), -4.5, 1e-6);
    EXPECT_EQ(curve.at(1s), -9.0);
    EXPECT_EQ(curve.at(1999ms), -9.0);
    EXPECT_NEAR(curve.at(2200ms), -4.5, 1e-6);
    EXPECT_EQ(curve.at(2400ms), 0.0);
}

TEST(DuckingCurve, StaysDownBetweenNeighbours) {
    DuckingCurve curve({{1s, 2s}, {2500ms, 3s}, {4s, 5s}}, MixOptions{});
    EXPECT_EQ(curve.at(2250ms), -9.0);
    EXPECT_EQ(curve.at(3500ms), 0.0);
}

TEST(CentreShares, FollowTheLayout) {
    EXPECT_EQ(centreShares({48'000, 1}), (std::vector<float>{1.0F}));
    EXPECT_NEAR(centreShares({48'000, 2})[1], std::sqrt(0.5), 1e-6);
    EXPECT_EQ(centreShares({48'000, 6}), (std::vector<float>{0, 0, 1.0F, 0, 0, 0}));
    EXPECT_EQ(centreShares({48'000, 6, 0x60f})[2], 1.0F);                   // surround at the sides
    EXPECT_NEAR(centreShares({48'000, 4, 0x33})[0], std::sqrt(0.5), 1e-6);  // quadraphony has no centre
}

class Mix : public ::testing::Test {
protected:
    // A second of a tone as a voice's file.
    SpokenClip clipAt(MediaTime start) const {
        const auto file = folder_.file("clip.wav");
        EXPECT_TRUE(test::ffmpeg("-f lavfi -i sine=f=1000:d=1:r=22050 -c:a pcm_f32le " + file.string()));
        return {start, 1s, file, 1.0, 0.0};
    }
    test::TemporaryFolder folder_;
};

TEST_F(Mix, TheProgrammeIsDuckedAndTheDescriptionIsInTheCentre) {
    const AudioFormat format{48'000, 6};
    DescribedSound sound(std::make_unique<Tone>(format, 4.0, 300.0, 0.1), format, {clipAt(2s)}, 4s, {});
    const auto samples = all(sound);
    ASSERT_EQ(samples.size(), 4U * 48'000U * 6U);
    EXPECT_NEAR(level(samples, 6, 0, 2.1, 2.9) - level(samples, 6, 0, 0.5, 1.5), -9.0, 0.1);
    EXPECT_NEAR(level(samples, 6, 0, 3.5, 4.0), level(samples, 6, 0, 0.5, 1.5), 0.1);
    EXPECT_GT(level(samples, 6, 2, 2.1, 2.9), level(samples, 6, 0, 2.1, 2.9) + 6.0);
}

TEST_F(Mix, WhatIsNotDescribedComesOutAsItWas) {
    const AudioFormat format{48'000, 2};
    Tone reference(format, 3.0, 440.0, 0.5);
    std::vector<float> expected(3U * 48'000U * 2U);
    ASSERT_EQ(reference.read(expected), 3U * 48'000U);
    DescribedSound sound(std::make_unique<Tone>(format, 3.0, 440.0, 0.5), format, {}, 0s, {});
    EXPECT_EQ(all(sound), expected);
}

TEST_F(Mix, WithoutAProgrammeItLastsAsLongAsTheVideo) {
    DescribedSound sound(nullptr, {}, {clipAt(500ms)}, 2s, {});
    EXPECT_EQ(all(sound).size(), 2U * 48'000U * 2U);
    DescribedSound longer(nullptr, {}, {clipAt(1500ms)}, 2s, {});
    EXPECT_EQ(all(longer).size(), static_cast<std::size_t>(2.5 * 48'000) * 2U);
}

TEST_F(Mix, AFasterVoiceKeepsItsPitchAndItsTime) {
    SpokenClip clip = clipAt(0s);
    clip.rate = 1.25;
    clip.length = 800ms;
    const auto samples = samplesOf(clip, 48'000);
    ASSERT_TRUE(samples);
    EXPECT_NEAR(static_cast<double>(samples->size()), 0.8 * 48'000, 0.04 * 48'000);
    int crossings = 0;
    for (std::size_t i = 9600; i + 1 < 28'800; ++i) {
        crossings += (*samples)[i] < 0.0F && (*samples)[i + 1] >= 0.0F ? 1 : 0;
    }
    EXPECT_NEAR(crossings, 400, 20);  // 1000 Hz for 0.4 s
}

TEST(PeakLimiter, PeaksBetweenSamplesStayUnderTheCeiling) {
    // A quarter of the rate, 45 degrees on: no sample shows more than 0.71 of the peak.
    for (const double peak : {0.5, 1.0, 1.4}) {
        Tone tone({48'000, 1}, 1.0, 12'000.0, peak, std::numbers::pi / 4);
        std::vector<float> samples(48'000);
        ASSERT_TRUE(tone.read(samples));
        PeakLimiter limiter({48'000, 1}, -1.5);
        std::vector<float> out;
        for (std::size_t at = 0; at < samples.size(); at += 1000) {
            limiter.push(std::span(samples).subspan(at, 1000), out);
        }
        limiter.finish(out);
        ASSERT_EQ(out.size(), samples.size());
        float highest = 0.0F;
        for (std::size_t i = 100; i + 100 < out.size(); ++i) {  // where the tone begins and ends, its peak is another
            highest = std::max(highest, std::abs(out[i]));
        }
        const double truePeak = 20.0 * std::log10(highest * std::numbers::sqrt2);
        EXPECT_LT(truePeak, -1.0) << peak;
        EXPECT_GT(truePeak, std::min(20.0 * std::log10(peak), -1.5) - 0.6) << peak;
        if (peak < 0.8) {
            EXPECT_EQ(out, samples);
        }
    }
}

TEST(Loudness, OfAToneIsWhatTheStandardSays) {
    // EBU Tech 3341: a stereo sine of 1 kHz at -23 dBFS has -23 LUFS.
    Tone tone({48'000, 2}, 5.0, 1000.0, std::pow(10.0, -23.0 / 20.0));
    const auto loudness = loudnessOf(tone);
    ASSERT_TRUE(loudness && *loudness);
    EXPECT_NEAR(**loudness, -23.0, 0.1);
    Tone silence({48'000, 2}, 2.0, 1000.0, 0.0);
    EXPECT_FALSE(*loudnessOf(silence));
}

}  // namespace
}  // namespace sightline
