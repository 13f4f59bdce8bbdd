// A whole film described, and what came out measured.
#include "core/narration/narration.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <thread>

#include <ebur128.h>
#include <gtest/gtest.h>

#include "core/media/files/ffmpeg_file_source.h"
#include "core/narration/loudness.h"
#include "tests/core/narration/film.h"
#include "tests/support/bad_voice.h"
#include "tests/support/fixtures.h"
#include "tests/support/probe.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;
using test::probe;

constexpr MediaTime kDuration = 40s;
constexpr int kChannels = 6;

// The lines stand in the left channel, music in the surrounds, nothing in the centre: there the description is alone.
constexpr const char* kSurround =
    "-filter_complex \"aevalsrc='0|0|0|0|0.04*sin(2*PI*220*t)|0.04*sin(2*PI*220*t)':c=5.1:d=40:s=48000[m];"
    "[1:a]aresample=48000,pan='5.1|FL=0.5*c0'[l];[m][l]amix=inputs=2:normalize=0[a]\" -map 0:v -map [a] ";

class NarrationTest : public ::testing::Test {
protected:
    void makeFilm(const std::string& name, const std::string& codec) {
        film_ = test::makeFilm(folder_.file(name), kDuration,
                               {{3s, "Good evening, and welcome to the programme."},
                                {15s, "We never went there after dark."},
                                {24s, "I have lived in this town all my life."}},
                               kSurround + codec);
        track_.videoDuration = kDuration;
        track_.cues = {
            {0s, 10s, "A red sofa stands in a room.", 0.9},  // speech from 3 s on
            {10s, 20s, "A man in a blue coat opens a door.", 0.8},
            {20s, 30s, "The man opens the door.", 0.8},  // says nothing new
            {30s, 31s, "A grey cat with a long tail sits on a wooden table and looks out of the window.", 0.7},
            {31s, 40s, "Snow falls on a street at night.", 0.9}};
        options_.speech.model = test::sourceFile("resources/silero_vad.jit");
    }
    std::unique_ptr<Narration> prepare() {
        auto made = Narration::prepare(film_.file, track_, {10s, 20s, 30s, 31s}, options_);
        EXPECT_TRUE(made) << made.error().message << made.error().detail;
        return made ? std::move(*made) : nullptr;
    }

    test::TemporaryFolder folder_;
    test::Film film_;
    CueTrack track_;
    NarrationOptions options_;
};

std::vector<float> channelOf(const std::vector<float>& samples, std::size_t channel) {
    std::vector<float> one;
    for (std::size_t i = channel; i < samples.size(); i += kChannels) {
        one.push_back(samples[i]);
    }
    return one;
}

std::size_t at(MediaTime time) { return static_cast<std::size_t>(toSeconds(time) * 48'000); }

double levelOf(const std::vector<float>& samples, MediaTime from, MediaTime to) {
    double sum = 0.0;
    for (std::size_t i = at(from); i < at(to); ++i) {
        sum += static_cast<double>(samples[i]) * samples[i];
    }
    return 10.0 * std::log10(sum / static_cast<double>(at(to) - at(from)) + 1e-20);
}

// Where a stretch that is heard begins and ends, looked for half a second around.
TimeRange heardIn(const std::vector<float>& samples, MediaTime from, MediaTime to) {
    const auto isHeard = [](float sample) { return std::abs(sample) > 0.0008F; };
    const auto begin = samples.begin() + static_cast<std::ptrdiff_t>(at(std::max<MediaTime>(from - 250ms, 0s)));
    const auto end = samples.begin() + static_cast<std::ptrdiff_t>(std::min(at(to + 250ms), samples.size()));
    const auto first = std::find_if(begin, end, isHeard);
    const auto last = std::find_if(std::make_reverse_iterator(end), std::make_reverse_iterator(first), isHeard).base();
    const auto timeOf = [&](auto place) { return MediaTime((place - samples.begin()) * 1'000'000'000 / 48'000); };
    return {timeOf(first), timeOf(last)};
}

// By how many milliseconds `samples` comes later than `reference` in the second from `from` on.
int lagOf(const std::vector<float>& samples, const std::vector<float>& reference, MediaTime from) {
    constexpr int kMost = 60;
    const auto begin = static_cast<std::ptrdiff_t>(at(from));
    double best = 0.0;
    int found = kMost + 1;
    for (int lag = -kMost; lag <= kMost; ++lag) {
        double sum = 0.0;
        for (std::ptrdiff_t i = begin; i < begin + 48'000; i += 2) {
            const std::ptrdiff_t other = i + lag * 48;
            if (other >= 0 && other < std::ssize(samples) && i < std::ssize(reference)) {
                sum += static_cast<double>(samples[static_cast<std::size_t>(other)]) *
                       reference[static_cast<std::size_t>(i)];
            }
        }
        if (sum > best) {
            best = sum;
            found = lag;
        }
    }
    return found;
}

TEST_F(NarrationTest, WhatIsHeardIsWhatWasScheduledAndNeverOverSpeech) {
    makeFilm("film.mkv", "-c:a pcm_s16le");
    const auto narration = prepare();
    ASSERT_TRUE(narration);
    const auto& cues = narration->cues();
    ASSERT_EQ(cues.size(), 5U);
    EXPECT_EQ(narration->saidCount(), 3U);
    EXPECT_TRUE(cues[0].scheduled.isSaid && cues[1].scheduled.isSaid && cues[4].scheduled.isSaid);
    EXPECT_EQ(cues[2].scheduled.reason, Unsaid::NothingNew);
    EXPECT_EQ(cues[3].scheduled.reason, Unsaid::TooLong);
    EXPECT_NE(whyUnsaid(cues[3].scheduled).find("s too long for the gap"), std::string::npos);

    ASSERT_TRUE(narration->writeSound(folder_.file("mix.wav")));
    const auto mixed = test::soundOf(folder_.file("mix.wav"), 0, kChannels);
    const auto centre = channelOf(mixed, 2);
    const auto surround = channelOf(mixed, 4);
    for (const TimeRange& spoken : film_.speech) {  // no sample over speech, but for 50 ms
        for (std::size_t i = at(spoken.start + 50ms); i < at(spoken.end - 50ms); ++i) {
            ASSERT_LT(std::abs(centre[i]), 0.001F) << toSeconds(spoken.start);
        }
    }
    const double open = levelOf(surround, 35s + 500ms, 36s);
    LoudnessMeter said({48'000, 1});
    for (const NarratedCue& cue : cues) {
        if (!cue.scheduled.isSaid) {
            continue;
        }
        const TimeRange heard = heardIn(centre, cue.scheduled.start, cue.scheduled.end());
        EXPECT_NEAR(toSeconds(heard.start), toSeconds(cue.scheduled.start), 0.04) << cue.text;
        EXPECT_NEAR(toSeconds(heard.end), toSeconds(cue.scheduled.end()), 0.08) << cue.text;
        EXPECT_NEAR(levelOf(surround, cue.scheduled.start + 20ms, cue.scheduled.end() - 20ms) - open, -9.0, 1.0);
        const auto first = centre.begin() + static_cast<std::ptrdiff_t>(at(cue.scheduled.start));
        said.add(std::vector<float>(first, first + static_cast<std::ptrdiff_t>(at(cue.scheduled.length))));
    }
    LoudnessMeter programme({48'000, kChannels});
    programme.add(test::soundOf(film_.file, 0, kChannels));
    ASSERT_TRUE(said.integrated() && programme.integrated());
    EXPECT_NEAR(*said.integrated(), *programme.integrated(), 1.0);

    const CueTrack track = narration->spokenTrack();
    ASSERT_EQ(track.cues.size(), 3U);
    EXPECT_EQ(track.cues[0].start, cues[0].scheduled.start);
    EXPECT_EQ(track.cues[2].end, cues[4].scheduled.end());
}

TEST_F(NarrationTest, TheCopyHasASecondTrackThatPlayersKnowAndTheFirstIsUntouched) {
    const std::vector<std::array<std::string, 3>> kinds{
        {"film.mkv", "-c:a ac3 -b:a 448k", "aac"}, {"film.mp4", "-c:a aac", "aac"}, {"film.webm", "", "opus"}};
    for (const auto& [name, codec, sound] : kinds) {
        if (name == "film.webm") {
            const auto webm = folder_.file(name);
            ASSERT_TRUE(test::ffmpeg(
                "-i " + folder_.file("film.mkv").string() +
                " -c:v libvpx -deadline realtime -cpu-used 8 -af aformat=channel_layouts=5.1 -c:a libopus -b:a 192k " +
                webm.string()));
            film_.file = webm;
        } else {
            makeFilm(name, codec);
        }
        const auto narration = prepare();
        ASSERT_TRUE(narration);
        const auto out = folder_.file("out" + film_.file.extension().string());
        const auto written = narration->writeVideo(out);
        ASSERT_TRUE(written) << written.error().message << written.error().detail;
        EXPECT_EQ(probe(out, "-select_streams a:1 -show_entries stream=codec_name,channels"),
                  (std::vector<std::string>{sound, "6"}));
        EXPECT_EQ(probe(out, "-select_streams a:1 -show_entries stream_disposition=default,visual_impaired"),
                  (std::vector<std::string>{"0", name == "film.webm" ? "0" : "1"}))  // WebM has no flag for it
            << name;
        EXPECT_EQ(probe(out, "-select_streams a:1 -show_entries stream_tags=language"),
                  (std::vector<std::string>{"eng"}));
        for (const int stream : {0, 1}) {
            EXPECT_EQ(test::packetsOf(out, stream), test::packetsOf(film_.file, stream)) << name << " " << stream;
        }
        ASSERT_TRUE(narration->writeSound(folder_.file(name + ".wav")));
        const auto reference = channelOf(test::soundOf(folder_.file(name + ".wav"), 0, kChannels), 2);
        const auto centre = channelOf(test::soundOf(out, 1, kChannels), 2);
        for (const NarratedCue& cue : narration->cues()) {
            if (cue.scheduled.isSaid) {
                EXPECT_LE(std::abs(lagOf(centre, reference, cue.scheduled.start)), 5) << name << cue.text;
            }
        }
    }
}

TEST_F(NarrationTest, AMixedTrackTakesThePlaceOfTheOneThatPlayersChoose) {
    options_.track = DescriptionTrack::Mixed;
    for (const auto& [name, codec] : {std::pair{"film.mkv", "-c:a ac3 -b:a 448k"}, std::pair{"film.mp4", "-c:a aac"}}) {
        makeFilm(name, codec);
        const auto narration = prepare();
        ASSERT_TRUE(narration);
        const auto out = folder_.file(std::string("out") + name);
        const auto written = narration->writeVideo(out);
        ASSERT_TRUE(written) << written.error().message << written.error().detail;
        EXPECT_EQ(probe(out, "-show_entries stream=codec_name"), (std::vector<std::string>{"h264", "aac"})) << name;
        EXPECT_EQ(probe(out, "-select_streams a -show_entries stream_disposition=default,visual_impaired"),
                  (std::vector<std::string>{"1", "1"}));
        EXPECT_EQ(test::packetsOf(out, 0), test::packetsOf(film_.file, 0)) << name;
        ASSERT_TRUE(narration->writeSound(folder_.file("mix.wav")));
        const auto reference = test::soundOf(folder_.file("mix.wav"), 0, kChannels);
        const auto mixed = test::soundOf(out, 0, kChannels);
        for (const NarratedCue& cue : narration->cues()) {
            if (cue.scheduled.isSaid) {
                EXPECT_LE(std::abs(lagOf(channelOf(mixed, 2), channelOf(reference, 2), cue.scheduled.start)), 5);
            }
        }
        for (const TimeRange& spoken : film_.speech) {  // the programme's own sound
            EXPECT_LE(std::abs(lagOf(channelOf(mixed, 0), channelOf(reference, 0), spoken.start)), 5) << name;
        }
    }
}

// How far pictures differ on average, out of 255.
double differenceOf(const Image& one, const Image& other) {
    double sum = 0.0;
    for (int y = 0; y < one.height(); ++y) {
        for (int x = 0; x < one.width() * Image::kChannels; ++x) {
            sum += std::abs(static_cast<int>(one.row(y)[x]) - static_cast<int>(other.row(y)[x]));
        }
    }
    return sum / (static_cast<double>(one.height()) * one.width() * Image::kChannels);
}

TEST_F(NarrationTest, ThePictureAndItsSoundWaitForWhatDoesNotFitAndNothingOfThemIsLost) {
    makeFilm("film.mkv", "-c:a pcm_s16le");
    // Somebody speaks from 24 s to 26.3 s.
    track_.cues[2].end = 25s;
    track_.cues.insert(
        track_.cues.begin() + 3,
        {25s, 27s, "A yellow boat with two sails lies in a small harbour between high grey rocks.", 0.7});
    options_.schedule.freezes = true;
    auto made = Narration::prepare(film_.file, track_, {10s, 20s, 25s, 27s, 30s, 31s}, options_);
    ASSERT_TRUE(made) << made.error().message;
    const Narration& narration = **made;
    EXPECT_EQ(narration.saidCount(), 5U);
    const auto& freezes = narration.times().freezes();
    ASSERT_EQ(freezes.size(), 2U);
    EXPECT_GE(freezes[0].at, film_.speech[2].end - 100ms);  // not within a word
    EXPECT_EQ(freezes[1].at, MediaTime(30s));
    const auto out = folder_.file("out.mp4");
    const auto written = narration.writeVideo(out);
    ASSERT_TRUE(written) << written.error().message << written.error().detail;

    ASSERT_TRUE(narration.writeSound(folder_.file("mix.wav")));
    const auto before = test::soundOf(film_.file, 0, kChannels);
    const auto after = test::soundOf(folder_.file("mix.wav"), 0, kChannels);
    const double longer = toSeconds(freezes[0].length + freezes[1].length);
    EXPECT_NEAR(static_cast<double>(after.size()) / kChannels / 48'000, 40.0 + longer, 0.01);
    const auto left = channelOf(before, 0);
    const auto leftAfter = channelOf(after, 0);
    double sum = 0.0;
    double sumAfter = 0.0;
    for (const TimeRange& spoken : film_.speech) {  // every sample of the dialogue, to the sample
        const std::size_t shift = at(narration.times().startAt(spoken.start)) - at(spoken.start);
        for (std::size_t i = at(spoken.start); i < at(spoken.end); ++i) {
            ASSERT_NEAR(leftAfter[i + shift], left[i], 1e-5F) << toSeconds(spoken.start);
        }
    }
    for (const float sample : left) {
        sum += std::abs(sample);
    }
    for (const float sample : leftAfter) {
        sumAfter += std::abs(sample);
    }
    EXPECT_NEAR(sumAfter / sum, 1.0, 0.001);
    const auto surround = channelOf(after, 4);
    const auto centre = channelOf(after, 2);
    for (const Freeze& freeze : freezes) {
        const MediaTime start = narration.times().endAt(freeze.at);
        EXPECT_LT(levelOf(surround, start + 20ms, start + freeze.length - 20ms), -90.0);  // the music waits
        EXPECT_NEAR(levelOf(surround, start - 1s, start - 10ms),
                    levelOf(surround, start + freeze.length + 10ms, start + freeze.length + 100ms), 1.0);
    }

    // The copy: all cues where they belong, and the picture still meanwhile.
    const auto copied = channelOf(test::soundOf(out, 0, kChannels), 2);
    const CueTrack spoken = narration.spokenTrack();
    for (const Cue& cue : spoken.cues) {
        const TimeRange heard = heardIn(centre, cue.start, cue.end);
        EXPECT_NEAR(toSeconds(heard.start), toSeconds(cue.start), 0.04) << cue.text;
        EXPECT_LE(std::abs(lagOf(copied, centre, cue.start)), 5) << cue.text;
    }
    auto video = openVideoFile(out);
    ASSERT_TRUE(video);
    for (const Freeze& freeze : freezes) {
        const MediaTime start = narration.times().endAt(freeze.at);
        ASSERT_TRUE((*video)->seek(start + 10ms));
        const auto held = (*video)->read();
        ASSERT_TRUE(held);
        int same = 0;
        while (true) {
            const auto next = (*video)->read();
            ASSERT_TRUE(next);
            const MediaTime since = next->pts - (start + freeze.length);
            if (since > 99ms) {  // there is another picture every 100 ms
                EXPECT_GT(differenceOf(held->image, next->image), 1.0);
                break;
            }
            if (since < -1ms) {
                EXPECT_LT(differenceOf(held->image, next->image), 1.0) << toSeconds(next->pts);
                ++same;
            }
        }
        EXPECT_NEAR(same, toSeconds(freeze.length) * 10, 3);
    }
}

TEST_F(NarrationTest, WhereNothingHasToWaitThePictureIsCopied) {
    makeFilm("film.mkv", "-c:a pcm_s16le");
    track_.cues = {{10s, 20s, "A man in a blue coat opens a door.", 0.8}};
    options_.schedule.freezes = true;
    const auto narration = prepare();
    ASSERT_TRUE(narration);
    EXPECT_TRUE(narration->times().isEmpty());
    ASSERT_TRUE(narration->writeVideo(folder_.file("out.mp4")));
    EXPECT_EQ(test::packetsOf(folder_.file("out.mp4"), 0).size(), test::packetsOf(film_.file, 0).size());
    EXPECT_EQ(probe(folder_.file("out.mp4"), "-show_entries stream=codec_name"),
              (std::vector<std::string>{"h264", "aac"}));
}

TEST_F(NarrationTest, WhatIsTooLongIsSaidInTheWordsThatTheModelOffersInstead) {
    makeFilm("film.mkv", "-c:a pcm_s16le");
    std::vector<std::string> asked;
    options_.shorter = [&](const Cue& cue) {
        asked.push_back(cue.text);
        return std::vector<std::string>{"A cat sits.", "A grey cat with a long tail sits on a table."};
    };
    track_.cues[3].start = 29s;  // two seconds
    auto made = Narration::prepare(film_.file, track_, {10s, 20s, 29s, 31s}, options_);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(asked, std::vector<std::string>{track_.cues[3].text});  // of those that fit nobody asks
    const NarratedCue& cue = (*made)->cues()[3];
    EXPECT_TRUE(cue.scheduled.isSaid);
    EXPECT_EQ(cue.text, "A grey cat with a long tail sits on a table.");  // no shorter than it must be
    track_.cues[3].origin = CueOrigin::Edited;                            // a person's words stay
    asked.clear();
    made = Narration::prepare(film_.file, track_, {10s, 20s, 29s, 31s}, options_);
    ASSERT_TRUE(made);
    EXPECT_TRUE(asked.empty());
    EXPECT_FALSE((*made)->cues()[3].scheduled.isSaid);
}

double truePeakOf(const std::vector<float>& samples) {
    ebur128_state* state = ebur128_init(kChannels, 48'000, EBUR128_MODE_TRUE_PEAK);
    ebur128_add_frames_float(state, samples.data(), samples.size() / kChannels);
    double peak = 0.0;
    for (unsigned channel = 0; channel < kChannels; ++channel) {
        double own = 0.0;
        ebur128_true_peak(state, channel, &own);
        peak = std::max(peak, own);
    }
    ebur128_destroy(&state);
    return 20.0 * std::log10(peak + 1e-10);
}

// The programme in all channels, under the loudest description that there is, with nothing that makes room for it.
class LoudNarrationTest : public NarrationTest {
protected:
    void makeLoudFilm(const std::string& sound) {
        film_ = test::makeFilm(folder_.file("film.mkv"), 6s, {},
                               "-filter_complex \"" + sound +
                                   ",pan=5.1|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0[a]\" -map 0:v -map [a] "
                                   "-c:a pcm_s16le");
        track_.videoDuration = 6s;
        track_.cues = {{0s, 3s, "A red sofa stands in a room.", 0.9}, {3s, 6s, "A man opens a door.", 0.9}};
        options_.speech.model = test::sourceFile("resources/silero_vad.jit");
        options_.mix.ducking = 0.0;
        // Noise counts as speech now and then.
        options_.speech.options.begins = options_.speech.options.goesOn = 2.0;
        EXPECT_GT(truePeakOf(test::soundOf(film_.file, 0, kChannels)), -1.0);  // or there would be nothing to do
    }
    double peakOf(const std::string& name, int track) {
        return truePeakOf(test::soundOf(folder_.file(name), track, kChannels));
    }
    void expectNoPeakOverTheLimit() {
        auto made = Narration::prepare(film_.file, track_, {3s}, options_);
        ASSERT_TRUE(made) << made.error().message;
        ASSERT_EQ((*made)->saidCount(), 2U);
        for (const char* name : {"mix.wav", "mix.flac", "mix.opus"}) {
            ASSERT_TRUE((*made)->writeSound(folder_.file(name)));
            EXPECT_LT(peakOf(name, 0), -1.0) << name;
        }
        ASSERT_TRUE((*made)->writeVideo(folder_.file("out.mkv")));
        EXPECT_LT(peakOf("out.mkv", 1), -1.0);
    }
};

TEST_F(LoudNarrationTest, TruePeaksOfALoudChordStayUnderTheLimitInEveryFile) {
    makeLoudFilm(
        "aevalsrc='0.5*sin(2*PI*220*t)+0.4*sin(2*PI*331*t)+0.4*sin(2*PI*557*t)+0.3*sin(2*PI*1203*t)':d=6:s=48000,"
        "alimiter=limit=1:level=0");
    expectNoPeakOverTheLimit();
}

TEST_F(LoudNarrationTest, TruePeaksOfClippedNoiseStayUnderTheLimitBehindEveryCodec) {
    makeLoudFilm("anoisesrc=d=6:a=1:c=white:r=48000:seed=1,volume=12dB");
    expectNoPeakOverTheLimit();
    const double opus = peakOf("mix.opus", 0);
    EXPECT_GT(opus, -5.0);  // no more headroom than it takes
    options_.schedule.freezes = true;
    track_.cues[1] = {5500ms, 6s, "A man in a blue coat opens a door and looks into a large and empty room.", 0.9};
    auto made = Narration::prepare(film_.file, track_, {5500ms, 6s}, options_);
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_FALSE((*made)->times().isEmpty());
    ASSERT_TRUE((*made)->writeVideo(folder_.file("out.mp4")));
    EXPECT_LT(peakOf("out.mp4", 0), -1.0);
}

TEST_F(NarrationTest, AProgrammeThatIsNotLoudIsCodedAsItIs) {
    makeFilm("film.mkv", "-c:a pcm_s16le");
    const auto narration = prepare();
    ASSERT_TRUE(narration);
    ASSERT_TRUE(narration->writeSound(folder_.file("mix.wav")));
    ASSERT_TRUE(narration->writeVideo(folder_.file("out.mkv")));
    const auto exact = test::soundOf(folder_.file("mix.wav"), 0, kChannels);
    const auto coded = test::soundOf(folder_.file("out.mkv"), 1, kChannels);
    EXPECT_NEAR(levelOf(channelOf(coded, 0), 3s, 6s), levelOf(channelOf(exact, 0), 3s, 6s), 0.1);
}

TEST_F(NarrationTest, AVideoWithoutSoundIsDescribedInEveryWay) {
    film_ = test::makeFilm(folder_.file("mute.mp4"), 6s, {}, "-map 0:v");
    track_.videoDuration = 6s;
    track_.cues = {{0s, 1s, "A red sofa stands in a large and empty room.", 0.9}, {1s, 6s, "Snow falls.", 0.9}};
    options_.speech.model = test::sourceFile("resources/silero_vad.jit");
    for (const auto track : {DescriptionTrack::Second, DescriptionTrack::Mixed}) {
        for (const bool freezes : {false, true}) {
            options_.track = track;
            options_.schedule.freezes = freezes;
            auto made = Narration::prepare(film_.file, track_, {1s}, options_);
            ASSERT_TRUE(made) << made.error().message;
            EXPECT_EQ((*made)->saidCount(), freezes ? 2U : 1U);
            const auto out = folder_.file("out.mp4");
            const auto written = (*made)->writeVideo(out);
            ASSERT_TRUE(written) << written.error().message << written.error().detail;
            EXPECT_EQ(probe(out, "-show_entries stream=codec_type"), (std::vector<std::string>{"video", "audio"}));
            const double seconds = std::stod(probe(out, "-show_entries format=duration").at(0));
            EXPECT_NEAR(seconds, 6.0 + toSeconds((*made)->frozen()), 0.15);
            EXPECT_EQ((*made)->frozen() > 1s, freezes);
        }
    }
}

TEST_F(NarrationTest, SoundAloneIsWrittenAsEachKind) {
    makeFilm("film.mkv", "-c:a pcm_s16le");
    const auto narration = prepare();
    ASSERT_TRUE(narration);
    for (const auto& [name, codec] :
         {std::pair{"mix.flac", "flac"}, std::pair{"mix.opus", "opus"}, std::pair{"mix.wav", "pcm_s24le"}}) {
        const auto written = narration->writeSound(folder_.file(name));
        ASSERT_TRUE(written) << written.error().message << written.error().detail;
        EXPECT_EQ(probe(folder_.file(name), "-show_entries stream=codec_name,channels"),
                  (std::vector<std::string>{codec, "6"}));
        const auto seconds = probe(folder_.file(name), "-show_entries format=duration");
        EXPECT_NEAR(std::stod(seconds.at(0)), 40.0, 0.1) << name;
    }
    EXPECT_EQ(narration->writeSound(folder_.file("mix.xyz")).error().code, ErrorCode::Unsupported);
}

TEST_F(NarrationTest, AVideoWithoutSoundGetsADescriptionAtTheStandardsLoudness) {
    film_ = test::makeFilm(folder_.file("mute.mp4"), 10s, {}, "-map 0:v");
    track_.videoDuration = 10s;
    track_.cues = {{0s, 10s, "A red sofa stands in a large and empty room.", 0.9}};
    options_.speech.model = test::sourceFile("resources/silero_vad.jit");
    const auto narration = prepare();
    ASSERT_TRUE(narration);
    EXPECT_EQ(narration->saidCount(), 1U);
    const auto out = folder_.file("out.mp4");
    ASSERT_TRUE(narration->writeVideo(out));
    EXPECT_EQ(probe(out, "-select_streams a:0 -show_entries stream_disposition=visual_impaired"),
              (std::vector<std::string>{"1"}));
    const auto sound = test::soundOf(out, 0, 1);
    LoudnessMeter meter({48'000, 1});
    meter.add(sound);
    ASSERT_TRUE(meter.integrated());
    EXPECT_NEAR(*meter.integrated(), kTargetLoudness, 4.0);  // mixed down to one channel by ffmpeg
}

// Every way to write a description, and nothing that voices leave lying about.
class BadVoiceTest : public NarrationTest {
protected:
    void SetUp() override {
        makeFilm("film.mkv", "-c:a pcm_s16le");
        std::filesystem::create_directory(folder_.file("tmp"));
        ::setenv("TMPDIR", folder_.file("tmp").c_str(), 1);
    }
    void TearDown() override { ::unsetenv("TMPDIR"); }
    std::vector<NarrationOptions> everyWay() const {
        std::vector<NarrationOptions> ways(3, options_);
        ways[1].track = DescriptionTrack::Mixed;
        ways[2].schedule.freezes = true;
        return ways;
    }
    std::size_t scratchFolders() { return test::filesIn(folder_.file("tmp")); }
};

TEST_F(BadVoiceTest, OneThatFailsLaterIsToldWithCauseAndFix) {
    for (const auto& [instead, told] : test::voiceFailures(folder_)) {
        options_.voice = test::badVoice(folder_, instead);
        for (const NarrationOptions& way : everyWay()) {
            const auto made = Narration::prepare(film_.file, track_, {}, way);
            ASSERT_FALSE(made) << instead;
            EXPECT_NE(made.error().message.find(told), std::string::npos) << made.error().message;
            EXPECT_NE(made.error().message.find("ry the command of --voice by hand"), std::string::npos)
                << made.error().message;
            EXPECT_EQ(scratchFolders(), 0U) << instead;
        }
    }
}

TEST_F(BadVoiceTest, OneThatHangsIsEndedAfterItsTimeAndAtOnceWhenCancelled) {
    // Hangs at its first word, or later; it says that it has begun.
    const std::string begun = folder_.file("begun").string();
    const std::string hang = "touch " + begun + "; exec sleep 1000";
    for (const std::string& voice : {"command:sh -c '" + hang + "' {output}", test::badVoice(folder_, hang)}) {
        options_.voice = voice;
        for (NarrationOptions way : everyWay()) {
            way.patience = 300ms;
            const auto late = Narration::prepare(film_.file, track_, {}, way);
            ASSERT_FALSE(late);
            EXPECT_NE(late.error().message.find("ran for longer than 0.3 s"), std::string::npos)
                << late.error().message;
            std::filesystem::remove(begun);
            way.patience = std::chrono::hours(1);  // or the test never ends
            std::stop_source stop;
            std::jthread canceller([&] {
                while (!std::filesystem::exists(begun)) {
                    std::this_thread::yield();
                }
                stop.request_stop();
            });
            const auto cancelled = Narration::prepare(film_.file, track_, {}, way, {}, stop.get_token());
            ASSERT_FALSE(cancelled);
            EXPECT_EQ(cancelled.error().code, ErrorCode::Cancelled) << cancelled.error().message;
            EXPECT_EQ(scratchFolders(), 0U);
        }
    }
}

TEST_F(BadVoiceTest, AFullDiskForWhatIsSpokenIsTold) {
    const test::FileSizeLimit limit(10'000);
    for (const NarrationOptions& way : everyWay()) {
        const auto made = Narration::prepare(film_.file, track_, {}, way);
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().code, ErrorCode::Io) << made.error().message;
        EXPECT_EQ(scratchFolders(), 0U);
    }
}

TEST_F(BadVoiceTest, AFullDiskLeavesNoHalfFileAndTellsWhy) {
    for (const NarrationOptions& way : everyWay()) {
        options_ = way;
        const auto narration = prepare();
        ASSERT_TRUE(narration);
        EXPECT_EQ(narration->times().isEmpty(), !way.schedule.freezes);
        const std::size_t before = test::filesIn(folder_.file("."));
        const test::FileSizeLimit limit(100'000);
        const auto video = narration->writeVideo(folder_.file("out.mkv"));
        ASSERT_FALSE(video);
        EXPECT_EQ(video.error().code, ErrorCode::Io) << video.error().message;
        for (const char* name : {"out.wav", "out.flac", "out.opus"}) {
            const auto sound = narration->writeSound(folder_.file(name));
            ASSERT_FALSE(sound);
            EXPECT_EQ(sound.error().code, ErrorCode::Io) << sound.error().message;
        }
        EXPECT_EQ(test::filesIn(folder_.file(".")), before);
    }
}

}  // namespace
}  // namespace sightline
