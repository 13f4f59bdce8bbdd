// Times of every format: whatever they are, they come back as they were written.
#include <algorithm>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/subtitles/cue_time.h"
#include "core/subtitles/subtitle_format.h"
#include "tests/support/property.h"

namespace sightline {
namespace {

using test::forAll;
using test::Random;

// Around every border at which a digit more or less is written, and anywhere.
MediaTime someTime(Random& random, MediaTime longest) {
    using namespace std::chrono_literals;
    const auto near = random.of<MediaTime>({0s, 1ms, 10ms, 1s, 60s, 600s, 3600s, 36'000s, 360'000s, 3'600'000s});
    const MediaTime time = random.chance(0.5) ? near + MediaTime(random.between(-20'000'000, 20'000'000))
                                              : MediaTime(random.between(0, longest.count()));
    return std::clamp(time, MediaTime::zero(), longest);
}

class TimesOfFormats : public testing::TestWithParam<const SubtitleFormat*> {};

INSTANTIATE_TEST_SUITE_P(Subtitles, TimesOfFormats,
                         testing::ValuesIn(subtitleFormats().begin(), subtitleFormats().end()));

TEST_P(TimesOfFormats, ComeBackAsTheyWereWritten) {
    const SubtitleFormat& format = *GetParam();
    const SubtitleTraits traits = format.traits();
    forAll([&](Random& random) {
        const MediaTime longest = random.chance(0.5) ? std::chrono::hours(3) : std::chrono::hours(2000);
        CueTrack track;
        std::vector<std::pair<MediaTime, MediaTime>> expected;
        for (std::size_t i = 1 + random.count(); i > 0; --i) {
            Cue cue{.start = someTime(random, longest), .end = {}, .text = "x"};
            cue.end = random.chance(0.2) ? cue.start : cue.start + someTime(random, std::chrono::seconds(10));
            track.cues.push_back(cue);
            const MediaTime start = writtenTime(cue.start, traits.timeUnit);
            MediaTime end = std::max(start, writtenTime(cue.end, traits.timeUnit));
            end += traits.longerThanNothing && end == start ? traits.timeUnit : MediaTime::zero();
            expected.emplace_back(start, end);
        }
        std::ranges::sort(expected);
        const auto reading = format.read(format.write(track));
        ASSERT_TRUE(reading) << reading.error().message;
        EXPECT_EQ(reading->skippedCues, 0U);
        std::vector<std::pair<MediaTime, MediaTime>> read;
        for (const Cue& cue : reading->track.cues) {
            read.emplace_back(cue.start, cue.end);
        }
        std::ranges::sort(read);
        EXPECT_EQ(read, expected) << format.name();
    });
}

TEST(TimeProperties, ClocksAndSecondsReadBackAsTheyWereWritten) {
    forAll(
        [](Random& random) {
            const MediaTime time = someTime(random, std::chrono::hours(2000));
            EXPECT_EQ(parseClock(formatClock(time, '.', 9)), time);
            EXPECT_EQ(parseClock(formatClock(time, ',', 3)), writtenTime(time, std::chrono::milliseconds(1)));
            EXPECT_EQ(parseClock(formatClock(time, '.', 2, 1)), writtenTime(time, std::chrono::milliseconds(10)));
            EXPECT_EQ(parseSeconds(formatSeconds(time)), time);
        },
        3000);
}

}  // namespace
}  // namespace sightline
