#include "core/media/files/audio_reader.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/beeps.h"
#include "tests/support/fixtures.h"
#include "tests/support/videos.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;
using test::beepStarts;
using test::readAll;

std::filesystem::path sound(const std::string& name) { return std::filesystem::path(SIGHTLINE_SOUNDS) / name; }

std::unique_ptr<AudioSource> open(const std::string& name, const AudioFormat& format = {}) {
    auto opened = openAudio(sound(name), format);
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
    EXPECT_TRUE(!opened || *opened) << "no audio";
    return opened ? std::move(*opened) : nullptr;
}

// Seconds from zero at which the beeps must begin: one every 0.75 s.
std::vector<double> beepTimes(double first) {
    std::vector<double> times;
    for (int i = 0; i < 8; ++i) {
        times.push_back(first + 0.75 * i);
    }
    return times;
}

struct Sound {
    const char* file;
    double first;          // beep, in seconds
    double precisionInMs;  // of the codec's and container's own times
    int rate = 48'000;
    int channels = 2;
};

void PrintTo(const Sound& sound, std::ostream* out) { *out << sound.file << " at " << sound.rate; }

class BeepTest : public testing::TestWithParam<Sound> {};

TEST_P(BeepTest, BeepsAreWhereTheyBelong) {
    const Sound& expected = GetParam();
    const AudioFormat format{expected.rate, expected.channels};
    const auto source = open(expected.file, format);
    ASSERT_TRUE(source);
    const auto starts = beepStarts(readAll(*source), format);
    const auto times = beepTimes(expected.first);
    ASSERT_EQ(starts.size(), times.size());
    for (std::size_t i = 0; i < times.size(); ++i) {
        const double found = static_cast<double>(starts[i]) / expected.rate;
        EXPECT_NEAR(found * 1000, times[i] * 1000, expected.precisionInMs) << "beep " << i;
    }
}

TEST_P(BeepTest, ASeekIsExact) {
    const Sound& expected = GetParam();
    const AudioFormat format{expected.rate, expected.channels};
    const auto source = open(expected.file, format);
    ASSERT_TRUE(source);
    const auto all = readAll(*source);
    for (const MediaTime time : {0ms, 1ms, 700ms, 1240ms, 1250ms, 1493ms, 3333ms, 5700ms, 2000ms, 100ms}) {
        ASSERT_TRUE(source->seek(time));
        std::vector<float> block(static_cast<std::size_t>(expected.rate / 5 * expected.channels));
        ASSERT_TRUE(source->read(block));
        const auto starts = beepStarts(block, format);
        const double from = toSeconds(time);
        for (const double beep : beepTimes(expected.first)) {
            if (beep >= from + 0.005 && beep < from + 0.19) {
                ASSERT_EQ(starts.size(), 1U) << from;
                EXPECT_NEAR((from + static_cast<double>(starts[0]) / expected.rate) * 1000, beep * 1000,
                            expected.precisionInMs)
                    << from;
            }
        }
    }
}

// Matroska rounds times to 1 ms; lossy codecs smear a beep's start by less than 1 ms. AVI has no place to tell that an
// MP3 encoder delays by 1105 samples, so that the beeps come 23 ms late in every player; FFmpeg 5's muxer of Matroska
// makes the pictures 7 ms late beside Opus.
INSTANTIATE_TEST_SUITE_P(All, BeepTest,
                         testing::Values(Sound{"pcm_44100.mov", 0.5, 0.03, 44'100}, Sound{"pcm_44100.mov", 0.5, 0.2},
                                         Sound{"pcm.mkv", 0.5, 0.51}, Sound{"flac.mkv", 0.5, 0.51},
                                         Sound{"aac.mp4", 0.5, 1}, Sound{"aac.mp4", 0.5, 1, 44'100, 1},
                                         Sound{"opus.mkv", 0.4965, 4.5}, Sound{"mp3.avi", 0.523, 1.5},
                                         Sound{"offset.ts", 0.5, 1.5}, Sound{"mono_22050.mp4", 0.5, 1},
                                         Sound{"surround.mkv", 0.5, 1.5}, Sound{"late.mkv", 1.2, 0.51},
                                         Sound{"early.mkv", 0.5, 0.51}));

TEST(AudioReaderTest, SamplesAfterASeekAreThoseOfReadingFromTheStart) {
    for (const char* name : {"pcm_44100.mov", "flac.mkv"}) {
        const AudioFormat format{std::string(name) == "pcm_44100.mov" ? 44'100 : 48'000, 2};
        const auto source = open(name, format);
        ASSERT_TRUE(source);
        const auto all = readAll(*source);
        for (const MediaTime time : {1240ms, 2740ms, 490ms}) {
            ASSERT_TRUE(source->seek(time));
            std::vector<float> block(8000);
            ASSERT_TRUE(source->read(block));
            const auto index = static_cast<std::size_t>(time.count() / 1'000'000 * format.rate / 1000);
            double worst = 0;
            for (std::size_t i = 0; i < block.size(); ++i) {
                worst = std::max(worst, std::abs(static_cast<double>(block[i] - all[index * 2 + i])));
            }
            EXPECT_EQ(worst, 0.0) << name << " at " << toSeconds(time);
        }
    }
}

TEST(AudioReaderTest, AudioThatBeginsLateIsSilentBefore) {
    const auto source = open("late.mkv");
    ASSERT_TRUE(source);
    std::vector<float> block(static_cast<std::size_t>(0.69 * 48'000) * 2, 1.0F);
    const auto count = source->read(block);
    ASSERT_TRUE(count);
    EXPECT_EQ(*count, block.size() / 2);
    EXPECT_THAT(block, testing::Each(0.0F));
}

TEST(AudioReaderTest, AGapIsSilentAndTheRestStaysInItsPlace) {
    const auto source = open("gap.mkv");
    ASSERT_TRUE(source);
    const auto all = readAll(*source);
    std::vector<double> times;
    for (const std::size_t start : beepStarts(all, source->format())) {
        times.push_back(static_cast<double>(start) / 48'000);
    }
    using testing::DoubleNear;
    EXPECT_THAT(times, testing::ElementsAre(DoubleNear(0.5, 0.001), DoubleNear(1.25, 0.001), DoubleNear(3.5, 0.001),
                                            DoubleNear(4.25, 0.001), DoubleNear(5.0, 0.001), DoubleNear(5.75, 0.001)));
    ASSERT_TRUE(source->seek(2s));
    std::vector<float> block(48'000);
    ASSERT_TRUE(source->read(block));
    EXPECT_THAT(block, testing::Each(0.0F));
}

TEST(AudioReaderTest, WhereTheClockStartsOverAudioGoesOn) {
    const auto source = open("leap.ts");
    ASSERT_TRUE(source);
    const auto starts = beepStarts(readAll(*source), source->format());
    ASSERT_EQ(starts.size(), 16U);
    EXPECT_NEAR(static_cast<double>(starts[8]) / 48'000, 6.5, 0.03);
    ASSERT_TRUE(source->seek(7s));
    std::vector<float> block(48'000);
    ASSERT_TRUE(source->read(block));
    const auto after = beepStarts(block, source->format());
    ASSERT_EQ(after.size(), 1U);
    EXPECT_NEAR(static_cast<double>(after[0]) / 48'000, 0.25, 0.03);
}

// Sound and picture are read apart, but stand on one clock: what is heard at a join does not move what follows.
TEST(AudioReaderTest, SoundOfJoinedRecordingsStaysWithItsPictures) {
    constexpr double kParts[] = {0, 6, 11.5, 17.5};
    std::vector<double> beeps;
    for (const double part : kParts) {
        for (int i = 0; i < 7; ++i) {
            beeps.push_back(part + 0.5 + 0.75 * i);
        }
    }
    const auto video = test::openOk(sound("joined.ts"));
    ASSERT_TRUE(video);
    std::vector<double> flashes;
    for (const Frame& frame : test::readAll(*video)) {
        if (frame.image.row(32)[32 * Image::kChannels + 1] > 128 &&
            (flashes.empty() || toSeconds(frame.pts) > flashes.back() + 0.1)) {
            flashes.push_back(toSeconds(frame.pts));
        }
    }
    const auto source = open("joined.ts");
    ASSERT_TRUE(source);
    const auto starts = beepStarts(readAll(*source), source->format());
    ASSERT_EQ(starts.size(), beeps.size());
    for (std::size_t i = 0; i < beeps.size(); ++i) {
        EXPECT_NEAR(static_cast<double>(starts[i]) / 48'000, beeps[i], 0.03) << i;
        EXPECT_TRUE(std::ranges::any_of(flashes, [&](double flash) { return std::abs(flash - beeps[i]) < 0.03; })) << i;
    }
    for (const double time : {18.9, 6.1, 0.1, 12.3, 17.4, 5.4, 22.1}) {
        ASSERT_TRUE(source->seek(std::chrono::round<MediaTime>(std::chrono::duration<double>(time))));
        std::vector<float> block(48'000 * 2 * 2);  // 2 s
        ASSERT_TRUE(source->read(block));
        const auto after = beepStarts(block, source->format());
        ASSERT_FALSE(after.empty()) << time;
        const double found = time + static_cast<double>(after[0]) / 48'000;
        EXPECT_TRUE(std::ranges::any_of(beeps, [&](double beep) { return std::abs(beep - found) < 0.03; }))
            << time << ": " << found;
    }
}

TEST(AudioReaderTest, AfterTheEndThereIsNothing) {
    const auto source = open("pcm.mkv");
    ASSERT_TRUE(source);
    EXPECT_NEAR(static_cast<double>(readAll(*source).size()), 2 * 6 * 48'000, 96);
    std::vector<float> block(2000);
    EXPECT_EQ(source->read(block).value(), 0U);
    ASSERT_TRUE(source->seek(100s));
    EXPECT_EQ(source->read(block).value(), 0U);
    ASSERT_TRUE(source->seek(1s));
    EXPECT_EQ(source->read(block).value(), 1000U);
}

TEST(AudioReaderTest, ACutFileIsReadToItsEnd) {
    const auto source = open("cut.mkv");
    ASSERT_TRUE(source);
    const double seconds = static_cast<double>(readAll(*source).size()) / 2 / 48'000;
    EXPECT_GT(seconds, 2.5);
    EXPECT_LT(seconds, 3.5);
}

TEST(AudioReaderTest, AVideoWithoutAudioIsNoError) {
    const auto opened = openAudio(sound("flashes.mp4"));
    ASSERT_TRUE(opened);
    EXPECT_EQ(*opened, nullptr);
}

TEST(AudioReaderTest, WhatIsNoVideoIsAnError) {
    EXPECT_EQ(openAudio("/no/such/file.mp4").error().code, ErrorCode::NotFound);
    EXPECT_EQ(openAudio(sound("beeps.wav")).error().code, ErrorCode::Unsupported);
    EXPECT_EQ(openAudio(test::fixture("noise.mp4")).error().code, ErrorCode::Corrupt);
}

TEST(AudioReaderTest, AnInterruptEndsReading) {
    const auto source = open("pcm.mkv");
    ASSERT_TRUE(source);
    source->interrupt();
    std::vector<float> block(2000);
    EXPECT_EQ(source->read(block).error().code, ErrorCode::Cancelled);
    EXPECT_EQ(source->seek(1s).error().code, ErrorCode::Cancelled);
}

}  // namespace
}  // namespace sightline
