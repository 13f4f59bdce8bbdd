// Videos whose picture stands still now and then.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "core/media/files/ffmpeg_file_source.h"
#include "core/media/writing/burn_in.h"
#include "tests/support/expect_failure.h"
#include "tests/support/fixtures.h"
#include "tests/support/numbered_picture.h"
#include "tests/support/probe.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;
using test::fixture;
using test::probe;

constexpr auto kRounding = 2ms;

struct Seen {
    MediaTime time{};
    int number = -1;
};

std::vector<Seen> picturesOf(const std::filesystem::path& file) {
    std::vector<Seen> seen;
    auto source = openVideoFile(file);
    EXPECT_TRUE(source) << file;
    while (source) {
        auto frame = (*source)->read();
        if (!frame) {
            break;
        }
        seen.push_back({frame->pts, test::readPictureNumber(frame->image)});
    }
    return seen;
}

// What stands on the old time line at a moment of the longer one.
MediaTime oldTime(const FrozenTimeLine& times, MediaTime time) {
    MediaTime frozen{};
    for (const Freeze& freeze : times.freezes()) {
        if (time < freeze.at + frozen) {
            break;
        }
        if (time < freeze.at + frozen + freeze.length) {
            return freeze.at;
        }
        frozen += freeze.length;
    }
    return time - frozen;
}

class FrozenVideoTest : public testing::Test {
protected:
    // A low tone as the description, as long as the video is then.
    Result<void> write(const std::filesystem::path& input, const std::filesystem::path& output,
                       const FrozenTimeLine& times, MediaTime duration, const std::stop_token& stop = {}) {
        const auto frames = static_cast<std::int64_t>(toSeconds(times.endAt(duration)) * 48'000);
        std::int64_t at = 0;
        FrozenVideo frozen;
        frozen.times = times;
        frozen.sound = {{48'000, 1}, [&](std::span<float> samples) -> Result<std::size_t> {
                            std::size_t count = 0;
                            for (; count < samples.size() && at < frames; ++count, ++at) {
                                samples[count] = 0.1F * std::sin(static_cast<float>(at % 480) * 0.01309F);
                            }
                            return count;
                        }};
        BurnInOptions options;
        options.preset = "ultrafast";
        options.threads = 1;
        return writeFrozenVideo(input, output, frozen, options, {}, stop);
    }

    test::TemporaryFolder folder_;
};

TEST_F(FrozenVideoTest, ThePictureOfTheMomentIsHeldAndAllOthersComeLater) {
    const FrozenTimeLine times({{0s, 400ms}, {500ms, 700ms}, {1s, 1s}, {1s, 300ms}});
    for (const char* name : {"bframes.mp4", "vfr.mp4", "rotate90.mp4", "bframes.mkv", "edited.mp4"}) {
        const auto before = picturesOf(fixture(name));
        ASSERT_FALSE(before.empty()) << name;
        const auto output = folder_.file(name);
        const auto done = write(fixture(name), output, times, before.back().time + 40ms);
        ASSERT_TRUE(done) << name << done.error().message << done.error().detail;
        const auto after = picturesOf(output);
        MediaTime last = -1s;
        for (const Seen& one : after) {
            const MediaTime old = oldTime(times, one.time + kRounding);
            int expected = -1;
            for (const Seen& shown : before) {
                expected = shown.time <= old + kRounding ? shown.number : expected;
            }
            EXPECT_EQ(one.number, expected) << name << " at " << toSeconds(one.time);
            EXPECT_GT(one.time, last);
            EXPECT_LT(one.time - last, 1100ms) << name << toSeconds(one.time);  // held pictures are written
            last = one.time;
        }
        for (const Seen& shown : before) {
            const MediaTime moved = times.endAt(shown.time - kRounding) + kRounding;
            EXPECT_TRUE(std::ranges::any_of(after,
                                            [&](const Seen& one) {
                                                return one.number == shown.number &&
                                                       std::chrono::abs(one.time - moved) <= kRounding;
                                            }))
                << name << " at " << toSeconds(shown.time);
        }
        EXPECT_EQ(probe(output, "-select_streams a -show_entries stream=codec_name"), std::vector<std::string>{"aac"});
        EXPECT_EQ(probe(output, "-select_streams a -show_entries stream_disposition=default,visual_impaired"),
                  (std::vector<std::string>{"1", "1"}));
    }
}

TEST_F(FrozenVideoTest, TheLastPictureIsHeldAtTheEnd) {
    const auto before = picturesOf(fixture("bframes.mp4"));
    const MediaTime end = before.back().time + 40ms;
    const auto output = folder_.file("out.mp4");
    ASSERT_TRUE(write(fixture("bframes.mp4"), output, FrozenTimeLine({{end, 2s}}), end));
    const auto after = picturesOf(output);
    EXPECT_EQ(after.back().number, before.back().number);
    EXPECT_NEAR(toSeconds(after.back().time), toSeconds(end + 2s), 0.1);
}

// Of a sound between two times, in decibels. `stream`: its index in the file.
double levelOf(const std::filesystem::path& file, int stream, double from, double to) {
    const auto levels =
        probe("amovie=" + file.string() + ":si=" + std::to_string(stream) + ",atrim=" + std::to_string(from) + ":" +
                  std::to_string(to) + ",asetnsamples=200000,astats=metadata=1:measure_perchannel=none",
              "-f lavfi -show_entries frame_tags=lavfi.astats.Overall.RMS_level");
    return levels.empty() ? 0.0 : std::stod(levels.front());
}

TEST_F(FrozenVideoTest, OtherSoundsSubtitlesAndChaptersWaitToo) {
    const auto output = folder_.file("out.mp4");
    const FrozenTimeLine times({{1s, 2s}, {2s, 1s}});
    const auto done = write(fixture("export.mp4"), output, times, 3s);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(probe(output, "-select_streams a -show_entries stream_tags=language"),
              (std::vector<std::string>{"eng", "deu"}));
    EXPECT_NE(test::subtitlesOf(output, 0).find("00:00:00,500 --> 00:00:03,500"), std::string::npos)
        << test::subtitlesOf(output, 0);
    const auto chapters = probe(output, "-show_entries chapter=start_time,end_time");
    ASSERT_EQ(chapters.size(), 4U);
    EXPECT_NEAR(std::stod(chapters[1]), 3.5, 0.01);
    EXPECT_NEAR(std::stod(chapters[3]), 6.0, 0.01);
    const auto seconds = probe(output, "-show_entries format=duration");
    EXPECT_NEAR(std::stod(seconds.at(0)), 6.0, 0.1);
    // The other sound: a tone that is silent while the picture waits.
    EXPECT_GT(levelOf(output, 2, 0.1, 0.9), -40.0);
    EXPECT_LT(levelOf(output, 2, 1.1, 2.9), -60.0);
    EXPECT_GT(levelOf(output, 2, 3.1, 3.9), -40.0);
    EXPECT_LT(levelOf(output, 2, 4.1, 4.9), -60.0);
    EXPECT_GT(levelOf(output, 2, 5.1, 5.9), -40.0);
}

TEST_F(FrozenVideoTest, WhatFailsLeavesNothing) {
    test::expectFailure(write(fixture("audio_only.m4a"), folder_.file("a.mp4"), FrozenTimeLine({{0s, 1s}}), 1s),
                        ErrorCode::Unsupported, "no video");
    std::stop_source stop;
    stop.request_stop();
    const auto stopped =
        write(fixture("bframes.mp4"), folder_.file("a.mp4"), FrozenTimeLine({{0s, 1s}}), 1s, stop.get_token());
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, ErrorCode::Cancelled);
    {
        const test::FileSizeLimit limit(20'000);
        const auto full = write(fixture("bframes.mp4"), folder_.file("a.mp4"), FrozenTimeLine({{0s, 1s}}), 3s);
        ASSERT_FALSE(full);
        EXPECT_EQ(full.error().code, ErrorCode::Io);
    }
    EXPECT_EQ(test::filesIn(folder_.file("")), 0U);
}

}  // namespace
}  // namespace sightline
