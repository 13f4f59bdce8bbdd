// Which cue each frame of a video shows, before a file is written and after it was read.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <ostream>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/subtitles/cue_time.h"
#include "tests/core/subtitles/reading.h"

namespace sightline {
namespace {

using std::chrono::milliseconds;

// Another one each run; that of a run that failed is told and comes back with SIGHTLINE_TEST_SEED.
unsigned seedOfRun() {
    const char* wanted = std::getenv("SIGHTLINE_TEST_SEED");
    static const unsigned seed =
        wanted != nullptr ? static_cast<unsigned>(std::strtoul(wanted, nullptr, 10)) : std::random_device()();
    return seed;
}

// Frames of a video by their pts: frame n is at n * den / num seconds, rounded to a nanosecond as the file reader does.
struct FrameRate {
    const char* name;
    std::int64_t num, den;  // both zero for frames at uneven times
};

constexpr FrameRate kRates[] = {
    {"23_976", 24000, 1001}, {"24", 24, 1}, {"25", 25, 1},          {"29_97", 30000, 1001},
    {"30", 30, 1},           {"50", 50, 1}, {"59_94", 60000, 1001}, {"uneven", 0, 0},
};

std::vector<MediaTime> framesAt(const FrameRate& rate, std::size_t count, unsigned seed) {
    std::vector<MediaTime> frames;
    if (rate.num > 0) {
        for (std::size_t n = 0; n < count; ++n) {
            const auto ticks = static_cast<std::int64_t>(n) * rate.den * 1'000'000'000;
            frames.emplace_back((ticks + rate.num / 2) / rate.num);
        }
        return frames;
    }
    // A telephone's and a screen recorder's: 11 to 90 ms apart, on a clock of 90 kHz.
    std::mt19937 random(seed + 7);
    std::int64_t ticks = 0;
    for (std::size_t n = 0; n < count; ++n) {
        frames.emplace_back((ticks * 100'000 + 4) / 9);
        ticks += std::uniform_int_distribution<std::int64_t>(990, 8100)(random);
    }
    return frames;
}

// Cues over whole runs of frames: some touch, some leave a gap, some are a single frame.
std::vector<Cue> cuesOver(const std::vector<MediaTime>& frames, unsigned seed) {
    std::mt19937 random(seed);
    std::vector<Cue> cues;
    std::size_t at = 0;
    while (true) {
        const std::size_t first = at + (random() % 3 == 0 ? random() % 20 : 0);
        const std::size_t end = first + 1 + (random() % 4 == 0 ? 0 : random() % 100);
        if (end >= frames.size()) {
            return cues;
        }
        cues.push_back({.start = frames[first], .end = frames[end], .text = fmt::format("cue {}", cues.size())});
        at = end;
    }
}

using Shown = std::vector<std::string>;  // by frame; empty where there is none

// As players compare: start <= pts < end.
Shown shownOn(const std::vector<MediaTime>& times, const std::vector<Cue>& cues) {
    Shown shown;
    for (const MediaTime time : times) {
        std::string texts;
        for (const Cue& cue : cues) {
            texts += cue.start <= time && time < cue.end ? cue.text + ";" : "";
        }
        shown.push_back(texts);
    }
    return shown;
}

// Times as players hold them: as they are; whole milliseconds cut off (libass in FFmpeg); rounded (libass in mpv).
std::vector<MediaTime> inMilliseconds(std::vector<MediaTime> times, MediaTime added) {
    for (MediaTime& time : times) {
        time = (time + added) / milliseconds(1) * milliseconds(1);
    }
    return times;
}

class EveryFrame : public testing::TestWithParam<std::tuple<const SubtitleFormat*, FrameRate>> {};

INSTANTIATE_TEST_SUITE_P(Subtitles, EveryFrame,
                         testing::Combine(testing::ValuesIn(subtitleFormats().begin(), subtitleFormats().end()),
                                          testing::ValuesIn(kRates)),
                         [](const auto& tested) {
                             std::string name = fmt::format("{}_at_{}", std::get<0>(tested.param)->name(),
                                                            std::get<1>(tested.param).name);
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

TEST_P(EveryFrame, ShowsTheSameCueAfterWritingAndReading) {
    const auto& [format, rate] = GetParam();
    const unsigned seed = seedOfRun();
    SCOPED_TRACE(fmt::format("SIGHTLINE_TEST_SEED={}", seed));
    const auto frames = framesAt(rate, 5000, seed);
    CueTrack track;
    track.cues = cuesOver(frames, seed);
    ASSERT_GT(track.cues.size(), 50U);
    const Shown before = shownOn(frames, track.cues);
    const auto read = test::readAs(format->name(), format->write(track)).track.cues;
    EXPECT_EQ(shownOn(frames, read), before);
    if (format->traits().timeUnit >= milliseconds(1)) {
        EXPECT_EQ(shownOn(inMilliseconds(frames, MediaTime::zero()), read), before);
        EXPECT_EQ(shownOn(inMilliseconds(frames, MediaTime(500'000)), read), before);
    }
}

TEST(FrameTiming, ACutsFrameShowsTheNewCue) {
    const MediaTime cut(2'068'733'333);  // frame 62 at 29.97 fps
    CueTrack track;
    track.cues = {{.start = MediaTime::zero(), .end = cut, .text = "old"},
                  {.start = cut, .end = std::chrono::seconds(4), .text = "new"}};
    EXPECT_EQ(test::cuesOf(test::readAs("srt", findSubtitleFormat("srt")->write(track))),
              (test::Cues{"0-2068 old", "2068-4000 new"}));
    EXPECT_EQ(test::cuesOf(test::readAs("ass", findSubtitleFormat("ass")->write(track))),
              (test::Cues{"0-2060 old", "2060-4000 new"}));
}

TEST(FrameTiming, WrittenTimesAreMultiplesThatAreNotLater) {
    EXPECT_EQ(writtenTime(MediaTime(2'068'733'333), milliseconds(1)), milliseconds(2068));
    EXPECT_EQ(writtenTime(MediaTime(2'069'999'999), milliseconds(10)), milliseconds(2060));
    EXPECT_EQ(writtenTime(milliseconds(2070), milliseconds(10)), milliseconds(2070));
    EXPECT_EQ(writtenTime(MediaTime(-1), milliseconds(1)), MediaTime::zero());
    EXPECT_EQ(writtenTime(MediaTime::max(), milliseconds(10)), kMaxCueTime);
}

}  // namespace
}  // namespace sightline
