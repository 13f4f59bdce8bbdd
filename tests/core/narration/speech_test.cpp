// Whether speech is found where it is, and nowhere else.
#include "core/narration/speech.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/core/narration/film.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;
using test::linesUntil;
using test::makeFilm;

SpeechSearch searchWith(int threads = 2) {
    SpeechSearch search;
    search.model = test::sourceFile("resources/silero_vad.jit");
    search.threads = threads;
    return search;
}

std::vector<TimeRange> speechOf(const std::filesystem::path& file, const SpeechSearch& search = searchWith()) {
    const auto found = findSpeech(file, search);
    EXPECT_TRUE(found) << found.error().message << found.error().detail;
    return found ? *found : std::vector<TimeRange>{};
}

// Harmonic mean of precision and recall over moments of 10 ms.
double f1(const std::vector<TimeRange>& found, const std::vector<TimeRange>& truth, MediaTime duration) {
    const auto holds = [](const std::vector<TimeRange>& ranges, MediaTime at) {
        return std::ranges::any_of(ranges,
                                   [at](const TimeRange& range) { return range.start <= at && at < range.end; });
    };
    double both = 0.0;
    double either = 0.0;
    for (MediaTime at{}; at < duration; at += 10ms) {
        const bool isFound = holds(found, at);
        const bool isThere = holds(truth, at);
        both += isFound && isThere ? 2.0 : 0.0;
        either += (isFound ? 1.0 : 0.0) + (isThere ? 1.0 : 0.0);
    }
    return either > 0.0 ? both / either : 1.0;
}

struct Sound {
    const char* name;
    const char* arguments;
};

class SpeechOfSound : public ::testing::TestWithParam<Sound> {};

TEST_P(SpeechOfSound, IsFoundWhereItIs) {
    const test::TemporaryFolder folder;
    const auto film = makeFilm(folder.file("film.mkv"), 40s, linesUntil(40s, 6s), GetParam().arguments);
    EXPECT_GE(f1(speechOf(film.file), film.speech, 40s), 0.95);
}

INSTANTIATE_TEST_SUITE_P(
    Of, SpeechOfSound,
    ::testing::Values(
        Sound{"Mono8kHz", "-map 0:v -map 1:a -ar 8000 -c:a pcm_s16le"},
        Sound{"StereoAac44kHz", "-map 0:v -map 1:a -ar 44100 -ac 2 -c:a aac"},
        Sound{"Surround48kHz", "-map 0:v -map 1:a -af 'pan=5.1|FC=c0' -ar 48000 -c:a ac3 -b:a 448k"},
        Sound{"Mono96kHz", "-map 0:v -map 1:a -ar 96000 -c:a flac"},
        Sound{"OverNoise",
              "-filter_complex 'anoisesrc=a=0.01:c=pink:d=40:r=22050[n];[1:a][n]amix=inputs=2:normalize=0[a]' "
              "-map 0:v -map [a] -c:a pcm_s16le"},
        Sound{
            "OverMusic",
            "-filter_complex \"aevalsrc='0.02*(sin(2*PI*220*t)+sin(2*PI*277*t)+sin(2*PI*330*t))*(0.6+0.4*sin(2*PI*t))':"
            "d=40:s=22050[n];[1:a][n]amix=inputs=2:normalize=0[a]\" -map 0:v -map [a] -c:a pcm_s16le"}),
    [](const auto& sound) { return std::string(sound.param.name); });

TEST(Speech, ThereIsNoneInSilenceTonesAndWithoutSound) {
    const test::TemporaryFolder folder;
    EXPECT_TRUE(speechOf(makeFilm(folder.file("silence.mkv"), 20s, {}).file).empty());
    EXPECT_TRUE(speechOf(makeFilm(folder.file("mute.mkv"), 5s, {}, "-map 0:v").file).empty());
    const auto tones =
        makeFilm(folder.file("tones.mkv"), 20s, {},
                 "-filter_complex "
                 "\"aevalsrc='0.02*(sin(2*PI*220*t)+sin(2*PI*277*t)+sin(2*PI*330*t))*(0.6+0.4*sin(2*PI*t))':d=20:"
                 "s=22050[a]\" -map 0:v -map [a] -c:a pcm_s16le");
    EXPECT_TRUE(speechOf(tones.file).empty());
}

TEST(Speech, AcrossStretchesAndThreadsTheAnswerIsTheSame) {
    const test::TemporaryFolder folder;
    const auto film = makeFilm(folder.file("film.mkv"), 340s, linesUntil(340s, 7s));
    const auto one = speechOf(film.file, searchWith(1));
    EXPECT_GE(f1(one, film.speech, 340s), 0.95);
    EXPECT_EQ(speechOf(film.file, searchWith(2)), one);
}

TEST(Speech, IsFoundOnceAndThenComesFromTheCache) {
    const test::TemporaryFolder folder;
    const auto film = makeFilm(folder.file("film.mkv"), 10s, linesUntil(10s, 6s));
    SpeechSearch search = searchWith();
    search.cacheFolder = folder.file("cache");
    const auto first = speechOf(film.file, search);
    ASSERT_FALSE(first.empty());
    search.model = folder.file("gone.jit");
    EXPECT_EQ(speechOf(film.file, search), first);
    search.options.begins = 0.6;  // another question
    EXPECT_EQ(findSpeech(film.file, search).error().code, ErrorCode::NotFound);
}

TEST(Speech, ADamagedModelAndAStopAreTold) {
    const test::TemporaryFolder folder;
    const auto film = makeFilm(folder.file("film.mkv"), 6s, linesUntil(6s, 6s));
    SpeechSearch search = searchWith();
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(findSpeech(film.file, search, {}, stop.get_token()).error().code, ErrorCode::Cancelled);
    search.model = folder.file("broken.jit");
    test::writeBytes(search.model, "no archive");
    EXPECT_EQ(findSpeech(film.file, search).error().code, ErrorCode::Model);
}

TEST(SpeechRanges, ShortPausesAndNoisesDoNotCount) {
    constexpr auto kStep = 100ms;
    //                               0    1    2    3    4    5    6    7    8    9    10   11
    const std::vector<float> likely{0.9F, 0.9F, 0.9F, 0.4F, 0.1F, 0.9F, 0.9F, 0.1F, 0.1F, 0.1F, 0.6F, 0.1F};
    SpeechOptions options;
    options.padding = 0ms;
    EXPECT_EQ(speechRanges(likely, kStep, options), (std::vector<TimeRange>{{0ms, 700ms}}));
    options.shortestSpeech = 100ms;
    options.padding = 50ms;
    EXPECT_EQ(speechRanges(likely, kStep, options), (std::vector<TimeRange>{{0ms, 750ms}, {950ms, 1150ms}}));
    EXPECT_TRUE(speechRanges({}, kStep).empty());
}

}  // namespace
}  // namespace sightline
