// What audio description may say when.
#include "core/narration/schedule.h"

#include <gtest/gtest.h>

#include "core/narration/wording.h"
#include "tests/support/property.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

Description describe(MediaTime start, MediaTime end, const std::string& text, MediaTime length,
                     double confidence = 0.5) {
    return {{start, end}, {{text, length}}, confidence, false};
}

// Without speech, 60 s, one shot every 10 s.
ScheduledVideo video(std::vector<TimeRange> speech = {}) { return {60s, {10s, 20s, 30s, 40s, 50s}, std::move(speech)}; }

TEST(Schedule, WhereNobodySpeaksADescriptionBeginsWithItsCue) {
    const auto done = schedule({describe(12s, 18s, "A cat sleeps.", 2s)}, video());
    ASSERT_TRUE(done[0].isSaid);
    EXPECT_EQ(done[0].start, MediaTime(12s));
    EXPECT_EQ(done[0].length, MediaTime(2s));
    EXPECT_EQ(done[0].rate, 1.0);
}

TEST(Schedule, SpeechMovesItWithinItsShotBehindTheMargin) {
    const auto later = schedule({describe(12s, 18s, "A cat sleeps.", 2s)}, video({{11s, 14s}}));
    ASSERT_TRUE(later[0].isSaid);
    EXPECT_EQ(later[0].start, MediaTime(14s + 200ms));
    const auto earlier = schedule({describe(16s, 18s, "A cat sleeps.", 2s)}, video({{15s, 25s}}));
    ASSERT_TRUE(earlier[0].isSaid);
    EXPECT_EQ(earlier[0].end(), MediaTime(15s - 200ms));
}

TEST(Schedule, ItNeverLeavesTheShotsOfItsCue) {
    const auto atTheEnd = schedule({describe(19s, 20s, "A cat sleeps.", 3s)}, video());
    ASSERT_TRUE(atTheEnd[0].isSaid);
    EXPECT_EQ(atTheEnd[0].end(), MediaTime(20s));
    const auto overTwo = schedule({describe(19s, 25s, "A cat sleeps.", 3s)}, video());
    EXPECT_EQ(overTwo[0].start, MediaTime(19s));
    const auto tooLong = schedule({describe(12s, 18s, "A cat sleeps.", 14s)}, video());
    EXPECT_FALSE(tooLong[0].isSaid);
    EXPECT_EQ(tooLong[0].reason, Unsaid::TooLong);
    EXPECT_EQ(std::chrono::round<std::chrono::milliseconds>(tooLong[0].missing), 1200ms);  // 14 s at 1.25, of 10
}

TEST(Schedule, AShortPauseOfSpeechStaysOne) {
    // 1.4 s of silence, which 0.5 s would fit into.
    const std::vector<TimeRange> speech{{10s, 14s}, {15s + 400ms, 20s}};
    const auto done = schedule({describe(12s, 18s, "A cat.", 500ms)}, video(speech));
    EXPECT_FALSE(done[0].isSaid);
    EXPECT_EQ(done[0].reason, Unsaid::SpeechAllOver);
    ScheduleOptions eager;
    eager.leastGap = 1s;
    EXPECT_TRUE(schedule({describe(12s, 18s, "A cat.", 500ms)}, video(speech), eager)[0].isSaid);
}

TEST(Schedule, APauseCountsAsAWholeEvenWhereAShotCutsIt) {
    // The pause lasts from 9.5 to 11.5 s; 1.3 s of it are in the second shot.
    const auto done = schedule({describe(10s, 20s, "A cat.", 1s)}, video({{0s, 9500ms}, {11500ms, 20s}}));
    ASSERT_TRUE(done[0].isSaid);
    EXPECT_EQ(done[0].start, MediaTime(10s));
}

TEST(Schedule, WhatIsTooLongIsSaidFasterAsFarAsNeeded) {
    const auto done = schedule({describe(10s, 20s, "A cat sleeps.", 4400ms)}, video({{10s, 13s}, {17400ms, 20s}}));
    ASSERT_TRUE(done[0].isSaid);  // 4 s between the margins
    EXPECT_NEAR(done[0].rate, 1.1, 1e-9);
    EXPECT_LE(done[0].end(), MediaTime(17200ms));
}

TEST(Schedule, ThenInFewerWordsAndAlwaysInWholeSentences) {
    Description long_{{10s, 20s}, {{"A cat sleeps. It is grey.", 6s}, {"A cat sleeps.", 3s}}, 0.5, false};
    const auto fast = schedule({long_}, video({{10s, 14s}}));  // 5.8 s
    EXPECT_EQ(fast[0].wording, 0U);
    EXPECT_GT(fast[0].rate, 1.0);
    const auto shorter = schedule({long_}, video({{10s, 16s}}));  // 3.8 s
    ASSERT_TRUE(shorter[0].isSaid);
    EXPECT_EQ(shorter[0].wording, 1U);
    EXPECT_EQ(shorter[0].rate, 1.0);
}

TEST(Schedule, TheLeastSureIsLeftOutWhereNotAllFit) {
    const auto done =
        schedule({describe(10s, 13s, "A cat sleeps.", 3s, 0.9), describe(13s, 16s, "A dog barks.", 3s, 0.2),
                  describe(16s, 20s, "A bird sings.", 3s, 0.8)},
                 video({{17s, 20s}}));
    EXPECT_TRUE(done[0].isSaid);
    EXPECT_FALSE(done[1].isSaid);
    EXPECT_EQ(done[1].reason, Unsaid::Crowded);
    EXPECT_TRUE(done[2].isSaid);
    EXPECT_LE(done[0].end() + 300ms, done[2].start);
}

TEST(Schedule, WhatAPersonWroteComesBeforeWhatTheModelIsSureOf) {
    Description own = describe(13s, 16s, "A dog barks.", 3s, 0.0);
    own.byPerson = true;
    const auto done = schedule({describe(10s, 13s, "A cat sleeps.", 3s, 0.99), own}, video({{14s, 20s}}));
    EXPECT_FALSE(done[0].isSaid);
    EXPECT_TRUE(done[1].isSaid);
}

TEST(Schedule, ARepetitionSaysNothingNew) {
    const auto done =
        schedule({describe(0s, 10s, "A cat sleeps on a sofa.", 2s), describe(10s, 20s, "The cat sleeps.", 2s),
                  describe(20s, 30s, "A dog barks.", 2s), describe(30s, 40s, "A cat sleeps on a sofa.", 2s)},
                 video());
    EXPECT_FALSE(done[1].isSaid);
    EXPECT_EQ(done[1].reason, Unsaid::NothingNew);
    EXPECT_TRUE(done[3].isSaid);
}

TEST(Schedule, TheRepetitionIsSaidWhereTheFirstCouldNotBe) {
    const auto done =
        schedule({describe(0s, 10s, "A cat sleeps.", 2s), describe(10s, 20s, "A cat sleeps.", 2s)}, video({{0s, 10s}}));
    EXPECT_EQ(done[0].reason, Unsaid::SpeechAllOver);
    EXPECT_TRUE(done[1].isSaid);
}

TEST(Schedule, WithoutWordsNothingIsSaid) {
    const auto done = schedule({{{0s, 10s}, {}, 0.5, false}}, video());
    EXPECT_FALSE(done[0].isSaid);
    EXPECT_EQ(done[0].reason, Unsaid::NoWords);
    EXPECT_TRUE(schedule({}, video()).empty());
}

TEST(Schedule, ThePictureFreezesForWhatDoesNotFit) {
    ScheduleOptions extended;
    extended.freezes = true;
    const auto done = schedule({describe(12s, 18s, "A cat sleeps.", 2s), describe(24s, 26s, "A dog barks.", 2s)},
                               video({{10s, 15s}, {15500ms, 20s}}), extended);
    ASSERT_TRUE(done[0].isSaid);
    EXPECT_GT(done[0].freeze, done[0].length);
    EXPECT_TRUE(done[0].start == MediaTime(10s) || done[0].start == MediaTime(15s));  // in no word
    EXPECT_EQ(done[1].freeze, MediaTime::zero());
}

MediaTime upTo(test::Random& random, std::int64_t milliseconds) {
    return MediaTime(random.between(0, milliseconds * 1'000'000));
}

ScheduledVideo someVideo(test::Random& random) {
    ScheduledVideo film{random.chance(0.1) ? 0s : 120s, {}, {}};
    for (MediaTime at = upTo(random, 8000) + 1ns; at < 120s; at += upTo(random, 15'000) + 1ns) {
        film.shots.push_back(at);
    }
    for (MediaTime at = upTo(random, 5000); at < 118s; at += upTo(random, 6000) + 1ns) {
        const MediaTime end = std::min<MediaTime>(at + upTo(random, 5000) + 1ns, 120s);
        film.speech.push_back({at, end});
        at = end;
    }
    return film;
}

std::vector<Description> someDescriptions(test::Random& random) {
    std::vector<Description> all;
    for (MediaTime at{}; at < 118s; at += upTo(random, random.chance(0.1) ? 0 : 5000)) {
        Description one{
            {at, std::min<MediaTime>(at + upTo(random, 6000) + 1ms, 120s)}, {}, random.real(), random.chance(0.1)};
        MediaTime length = upTo(random, 6000) + 1ms;
        for (std::size_t wording = random.below(4); wording > 0; --wording, length /= 2) {
            const auto text = random.of<std::string>(
                {"A cat sleeps.", "A dog barks loudly.", "Two men walk.", "A bird sings.", "A red car stops."});
            one.wordings.push_back({text, length});
        }
        all.push_back(one);
    }
    return all;
}

ScheduleOptions someOptions(test::Random& random) {
    ScheduleOptions options;
    options.leastGap = upTo(random, 3000);
    options.headMargin = upTo(random, 500);
    options.tailMargin = upTo(random, 500);
    options.pause = upTo(random, 600);
    options.fastest = 1.0 + random.real();
    options.freezes = random.chance(0.5);
    return options;
}

// Each but those that stand still: clear of speech with its margins, in its shots, in the video.
void expectHeard(const ScheduledDescription& done, const Description& asked, const ScheduledVideo& film,
                 const ScheduleOptions& options) {
    EXPECT_GE(done.start, 0s);
    EXPECT_TRUE(film.duration == 0s || done.end() <= film.duration);
    EXPECT_GE(done.rate, 1.0);
    EXPECT_LE(done.rate, options.fastest);
    for (const TimeRange& spoken : film.speech) {
        EXPECT_TRUE(done.end() + options.tailMargin <= spoken.start || spoken.end + options.headMargin <= done.start);
    }
    for (const MediaTime shot : film.shots) {
        const bool isCrossed = done.start < shot && shot < done.end();
        EXPECT_TRUE(!isCrossed || (asked.cue.start < shot && shot < asked.cue.end));
    }
}

// Whatever comes in, the rules hold.
TEST(Schedule, NoRuleIsBrokenByAnyVideo) {
    test::forAll(
        [](test::Random& random) {
            const ScheduledVideo film = someVideo(random);
            const auto all = someDescriptions(random);
            const ScheduleOptions options = someOptions(random);
            const auto done = schedule(all, film, options);
            ASSERT_EQ(done.size(), all.size());
            MediaTime before = -options.pause;
            for (std::size_t k = 0; k < done.size(); ++k) {
                SCOPED_TRACE(k);
                if (!done[k].isSaid) {
                    EXPECT_FALSE(options.freezes && done[k].reason == Unsaid::TooLong);
                    continue;
                }
                ASSERT_LT(done[k].wording, all[k].wordings.size());
                if (done[k].freeze == 0s) {
                    expectHeard(done[k], all[k], film, options);
                    EXPECT_GE(done[k].start, before + options.pause) << "one after the other, with a pause";
                    before = done[k].end();
                } else {
                    EXPECT_TRUE(options.freezes);
                    EXPECT_GE(done[k].start, before) << "the picture stands still in no other description";
                    for (const TimeRange& spoken : film.speech) {
                        EXPECT_FALSE(spoken.start < done[k].start && done[k].start < spoken.end) << "in no word";
                    }
                }
            }
            const auto again = schedule(all, film, options);
            for (std::size_t k = 0; k < done.size(); ++k) {
                EXPECT_TRUE(done[k].isSaid == again[k].isSaid && done[k].start == again[k].start &&
                            done[k].length == again[k].length && done[k].wording == again[k].wording &&
                            done[k].freeze == again[k].freeze);
            }
        },
        1000);
}

TEST(Schedule, OnTheTimeLineWithFreezesNothingIsSaidOverAnythingElse) {
    test::forAll(
        [](test::Random& random) {
            const ScheduledVideo film = someVideo(random);
            const auto all = someDescriptions(random);
            ScheduleOptions options = someOptions(random);
            options.freezes = true;
            const auto done = schedule(all, film, options);
            const FrozenTimeLine times = freezesFor(done);
            const auto starts = spokenStarts(done, options);
            MediaTime before{};
            for (std::size_t k = 0; k < done.size(); ++k) {
                if (!done[k].isSaid) {
                    continue;
                }
                EXPECT_GE(starts[k], before) << k;
                before = starts[k] + done[k].length;
                for (const TimeRange& spoken : film.speech) {
                    EXPECT_TRUE(before <= times.startAt(spoken.start) || times.endAt(spoken.end) <= starts[k]) << k;
                }
            }
        },
        500);
}

TEST(Wording, SentencesAreToldApartFromAbbreviations) {
    EXPECT_EQ(sentencesOf("Mr. Smith runs.  A dog, e.g. a poodle, barks! Why?"),
              (std::vector<std::string>{"Mr. Smith runs.", "A dog, e.g. a poodle, barks!", "Why?"}));
    EXPECT_EQ(sentencesOf("\u4e00\u53ea\u732b\u3002\u4e00\u53ea\u72d7\u3002").size(), 2U);
    EXPECT_TRUE(sentencesOf(" \n ").empty());
}

TEST(Wording, EachIsShorterAndKeepsWholeSentences) {
    EXPECT_EQ(
        wordings("A cat sleeps on\na red sofa. The cat sleeps. It snows.", {"A cat lies on a sofa in the snow"}, ""),
        (std::vector<std::string>{"A cat sleeps on a red sofa. The cat sleeps. It snows.",
                                  "A cat lies on a sofa in the snow", "A cat sleeps on a red sofa."}));
    EXPECT_EQ(wordings("A cat sleeps. It snows.", {}, "A cat sleeps."),
              (std::vector<std::string>{"A cat sleeps. It snows.", "It snows."}));
    EXPECT_TRUE(wordings(" ", {}, "").empty());
}

TEST(Wording, NewsAreWordsThatWereNotSaid) {
    EXPECT_TRUE(saysNothingNew("A dog is running.", "Two dogs run in the grass."));
    EXPECT_FALSE(saysNothingNew("A dog runs with a ball.", "Two dogs run in the grass."));
    EXPECT_FALSE(saysNothingNew("A dog runs.", ""));
}

TEST(Schedule, WhatIsSaidDuringFreezesHasItsTimeOnTheLongerTimeLine) {
    ScheduleOptions extended;
    extended.freezes = true;
    std::vector<ScheduledDescription> scheduled(5);
    const auto say = [&](std::size_t i, MediaTime start, MediaTime length, MediaTime freeze) {
        scheduled[i].isSaid = true;
        scheduled[i].start = start;
        scheduled[i].length = length;
        scheduled[i].freeze = freeze;
    };
    say(0, 2s, 1s, 0s);
    say(1, 5s, 2s, 2400ms);
    say(2, 5s, 1s, 1400ms);  // behind the other, at the same moment
    say(4, 5s, 2s, 0s);
    const FrozenTimeLine times = freezesFor(scheduled);
    EXPECT_EQ(times.freezes().size(), 2U);
    EXPECT_EQ(times.endAt(20s), 23800ms);
    const auto starts = spokenStarts(scheduled, extended);
    EXPECT_EQ(starts[0], 2s);
    EXPECT_EQ(starts[1], 5200ms);
    EXPECT_EQ(starts[2], 7600ms);
    EXPECT_EQ(starts[4], 8800ms);
}

}  // namespace
}  // namespace sightline
