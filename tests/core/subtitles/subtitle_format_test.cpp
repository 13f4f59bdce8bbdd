// The contract of SubtitleFormat, which every format keeps.
#include "core/subtitles/subtitle_format.h"

#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include <gtest/gtest.h>

#include "core/subtitles/text.h"
#include "core/subtitles/text_encoding.h"
#include "tests/core/subtitles/sample_track.h"

namespace sightline {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

class EveryFormat : public testing::TestWithParam<const SubtitleFormat*> {
protected:
    const SubtitleFormat& format() const { return *GetParam(); }

    CueTrack afterRoundTrip(const CueTrack& track) const {
        const auto reading = format().read(format().write(track));
        EXPECT_TRUE(reading) << reading.error().message;
        if (!reading) {
            return {};
        }
        EXPECT_EQ(reading->skippedCues, 0U);
        EXPECT_TRUE(reading->warnings.empty()) << reading->warnings.front().message;
        return reading->track;
    }

    // What the traits promise of a cue whose times are whole seconds.
    Cue asPromised(Cue cue) const {
        if (!format().traits().blankLinesAndEdges) {
            cue.text = compactLines(cue.text);
        }
        if (!format().traits().confidenceAndOrigin) {
            cue.confidence = 0.0;
            cue.origin = CueOrigin::Edited;
        }
        return cue;
    }
};

INSTANTIATE_TEST_SUITE_P(Subtitles, EveryFormat, testing::ValuesIn(subtitleFormats().begin(), subtitleFormats().end()),
                         [](const auto& tested) {
                             std::string name(tested.param->name());
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

TEST_P(EveryFormat, HardTextsComeBackAsTheTraitsPromise) {
    CueTrack track = test::trackOf(test::hardTexts());
    const CueTrack read = afterRoundTrip(track);
    std::erase_if(track.cues, [](const Cue& cue) { return isBlank(cue.text); });
    ASSERT_EQ(read.cues.size(), track.cues.size());
    for (std::size_t i = 0; i < track.cues.size(); ++i) {
        const Cue expected = asPromised(track.cues[i]);
        EXPECT_EQ(read.cues[i].text, expected.text);
        EXPECT_EQ(read.cues[i].start, expected.start) << expected.text;
        EXPECT_EQ(read.cues[i].end, expected.end) << expected.text;
        EXPECT_EQ(read.cues[i].confidence, expected.confidence) << expected.text;
        EXPECT_EQ(read.cues[i].origin, expected.origin) << expected.text;
    }
}

TEST_P(EveryFormat, EachHardTextComesBackOnItsOwn) {
    for (const std::string& text : test::hardTexts()) {
        const CueTrack read = afterRoundTrip(test::trackOf({text}));
        if (isBlank(text)) {
            EXPECT_TRUE(read.cues.empty());
            continue;
        }
        ASSERT_EQ(read.cues.size(), 1U) << text;
        EXPECT_EQ(read.cues[0].text, asPromised({.text = text}).text);
    }
}

TEST_P(EveryFormat, WritingWhatWasReadChangesNothing) {
    const CueTrack once = afterRoundTrip(test::trackOf(test::hardTexts()));
    EXPECT_EQ(afterRoundTrip(once), once);
}

TEST_P(EveryFormat, ATrackWithoutCuesComesBackEmpty) { EXPECT_TRUE(afterRoundTrip({}).cues.empty()); }

TEST_P(EveryFormat, TimesAreRoundedDownToTheUnit) {
    const MediaTime unit = format().traits().timeUnit;
    CueTrack track;
    track.cues.push_back({.start = seconds(3) + unit - MediaTime(1), .end = seconds(4) + unit, .text = "x"});
    const CueTrack read = afterRoundTrip(track);
    ASSERT_EQ(read.cues.size(), 1U);
    EXPECT_EQ(read.cues[0].start, seconds(3));
    EXPECT_EQ(read.cues[0].end, seconds(4) + unit);
}

TEST_P(EveryFormat, CuesThatTouchedStillTouchAndNoneEndsBeforeItStarts) {
    CueTrack track;
    MediaTime time{};
    for (int i = 0; i < 200; ++i) {
        // Frames of 29.97 fps, and of a time lapse shorter than any unit.
        const MediaTime length = i % 3 == 0 ? MediaTime(700'000) : MediaTime(33'366'667);
        track.cues.push_back({.start = time, .end = time + length, .text = "x"});
        time += length;
    }
    const CueTrack read = afterRoundTrip(track);
    ASSERT_EQ(read.cues.size(), track.cues.size());
    const SubtitleTraits traits = format().traits();
    for (std::size_t i = 0; i < read.cues.size(); ++i) {
        EXPECT_LE(read.cues[i].start, read.cues[i].end);
        if (i + 1 < read.cues.size()) {
            // Where a cue may not be empty, one that would be gets a unit of its own.
            const MediaTime over = read.cues[i].end - read.cues[i + 1].start;
            EXPECT_TRUE(over == MediaTime(0) || (traits.longerThanNothing && over == traits.timeUnit)) << i;
        }
    }
}

TEST_P(EveryFormat, ACueOfNoLengthIsKept) {
    CueTrack track;
    track.cues.push_back({.start = seconds(2), .end = seconds(2), .text = "a still"});
    const CueTrack read = afterRoundTrip(track);
    ASSERT_EQ(read.cues.size(), 1U);
    const SubtitleTraits traits = format().traits();
    EXPECT_EQ(read.cues[0].end - read.cues[0].start, traits.longerThanNothing ? traits.timeUnit : MediaTime(0));
}

TEST_P(EveryFormat, HoursBeyondTwoDigitsComeBack) {
    CueTrack track;
    track.cues.push_back({.start = hours(99) + seconds(3599), .end = hours(1234), .text = "a very long stream"});
    const CueTrack read = afterRoundTrip(track);
    ASSERT_EQ(read.cues.size(), 1U);
    EXPECT_EQ(read.cues[0].start, track.cues[0].start);
    EXPECT_EQ(read.cues[0].end, track.cues[0].end);
}

TEST_P(EveryFormat, CuesThatOverlapComeBackInTheOrderOfTheirStart) {
    CueTrack track;
    for (const auto& [start, end] : {std::pair(5, 6), std::pair(1, 9), std::pair(2, 3), std::pair(2, 8)}) {
        track.cues.push_back({.start = seconds(start), .end = seconds(end), .text = std::to_string(start * 10 + end)});
    }
    const CueTrack read = afterRoundTrip(track);
    std::vector<std::string> texts;
    for (const Cue& cue : read.cues) {
        texts.push_back(cue.text);
    }
    EXPECT_EQ(texts, (std::vector<std::string>{"19", "23", "28", "56"}));
}

TEST_P(EveryFormat, TimesOutOfRangeAreWrittenWithinIt) {
    CueTrack track;
    track.cues.push_back({.start = MediaTime::min(), .end = seconds(1), .text = "early"});
    track.cues.push_back({.start = seconds(3), .end = seconds(2), .text = "backwards"});
    track.cues.push_back({.start = seconds(4), .end = MediaTime::max(), .text = "endless"});
    const CueTrack read = afterRoundTrip(track);
    ASSERT_EQ(read.cues.size(), 3U);
    EXPECT_EQ(read.cues[0].start, MediaTime(0));
    EXPECT_EQ(read.cues[1].start, seconds(3));
    EXPECT_EQ(read.cues[2].end, hours(100'000));
}

TEST_P(EveryFormat, BytesThatAreNoTextAreWrittenAsText) {
    CueTrack track;
    track.title = std::string("t\0\x01\xff", 4);
    track.cues.push_back({.start = seconds(0),
                          .end = seconds(1),
                          .text = std::string("a\0b\x1b"
                                              "c\xff\xfe\xc3"
                                              "d\xef\xbf\xbf\r\ne\rf",
                                              17),
                          .confidence = std::numeric_limits<double>::quiet_NaN()});
    EXPECT_EQ(invalidUtf8At(format().write(track)), std::string_view::npos);
    const CueTrack read = afterRoundTrip(track);
    ASSERT_EQ(read.cues.size(), 1U);
    EXPECT_EQ(read.cues[0].text, "abc���d�\ne\nf");
    EXPECT_EQ(read.cues[0].confidence, 0.0);
}

TEST_P(EveryFormat, OnlyItsOwnFilesAreRecognised) {
    const std::string content = format().write(test::trackOf({"a dog", "=1+2", "WEBVTT\n<tt>"}));
    for (const SubtitleFormat* other : subtitleFormats()) {
        // SubRip has nothing of its own that WebVTT has not.
        const bool shared = other->name() == "srt" && format().extension() == "vtt";
        EXPECT_EQ(other->recognises(content), other == &format() || shared) << other->name();
    }
}

TEST_P(EveryFormat, OtherTextIsAnErrorThatNamesALineOrTheForm) {
    for (const std::string text :
         {"a shopping list\nmilk\neggs\n", "%PDF-1.4\n%", "<html><body/></html>", "[1, 2]", "{}", "<"}) {
        const auto reading = format().read(text);
        ASSERT_FALSE(reading) << text;
        EXPECT_EQ(reading.error().code, ErrorCode::Corrupt);
        EXPECT_TRUE(reading.error().message.starts_with("Line ") || reading.error().message.starts_with("It "))
            << reading.error().message;
    }
}

TEST_P(EveryFormat, BytesThatAreNoUtf8AreAnErrorThatNamesTheLine) {
    std::string content = format().write(test::trackOf({"one", "two"}));
    content.insert(content.find("two"), "\xe9");
    const auto reading = format().read(content);
    ASSERT_FALSE(reading);
    EXPECT_EQ(reading.error().code, ErrorCode::Corrupt);
    EXPECT_NE(reading.error().message.find("is not UTF-8"), std::string::npos) << reading.error().message;
}

TEST_P(EveryFormat, AByteOrderMarkAndWindowsLineEndsAreRead) {
    const CueTrack track = test::trackOf({"a dog", "a cat"});
    const std::string unix = replaceAll(format().write(track), "\r\n", "\n");
    const auto reading = format().read(std::string(kByteOrderMark) + replaceAll(unix, "\n", "\r\n"));
    ASSERT_TRUE(reading) << reading.error().message;
    EXPECT_EQ(reading->track.cues, afterRoundTrip(track).cues);
}

TEST_P(EveryFormat, IsFoundByNameAndHasADescription) {
    EXPECT_EQ(findSubtitleFormat(format().name()), &format());
    EXPECT_FALSE(format().description().empty());
}

TEST(SubtitleFormats, AreFoundByExtensionInAnyCaseWithOrWithoutADot) {
    EXPECT_EQ(findSubtitleFormat(".SRT")->name(), "srt");
    EXPECT_EQ(findSubtitleFormat("vtt")->name(), "vtt");
    EXPECT_EQ(findSubtitleFormat("Vtt-Json")->name(), "vtt-json");
    EXPECT_EQ(findSubtitleFormat("doc"), nullptr);
    EXPECT_EQ(findSubtitleFormat(""), nullptr);
}

TEST(SubtitleFormats, HaveNamesOfTheirOwn) {
    std::set<std::string_view> names;
    for (const SubtitleFormat* format : subtitleFormats()) {
        names.insert(format->name());
    }
    EXPECT_EQ(names, (std::set<std::string_view>{"ass", "csv", "eaf", "json", "srt", "ttml", "vtt", "vtt-json"}));
}

TEST(SubtitleFormats, TheLanguageComesBackWhereAFormatHasAPlaceForIt) {
    CueTrack track = test::trackOf({"ein Hund"});
    track.language = "de-AT";
    for (const char* name : {"ass", "eaf", "json", "ttml"}) {
        const auto& format = *findSubtitleFormat(name);
        EXPECT_EQ(format.read(format.write(track))->track.language, "de-AT") << name;
    }
}

TEST(SubtitleFormats, ALanguageThatIsCleanedAwayIsNone) {
    const auto reading = findSubtitleFormat("ass")->read(
        "[Script Info]\nLanguage: \x01\nTitle: \x01 a dog \x0c\n[Events]\nDialogue: "
        "0,0:00:01.00,0:00:02.00,Default,,0,0,0,,a\n");
    ASSERT_TRUE(reading);
    EXPECT_EQ(reading->track.language, CueTrack().language);
    EXPECT_EQ(reading->track.title, "a dog");
}

TEST(SubtitleFormats, TheTitleComesBackWhereAFormatHasAPlaceForIt) {
    CueTrack track = test::trackOf({"a dog"});
    track.title = "Dogs & <cats>: a \"comparison\"";
    for (const char* name : {"ass", "json", "ttml"}) {
        const auto& format = *findSubtitleFormat(name);
        EXPECT_EQ(format.read(format.write(track))->track.title, track.title) << name;
    }
}

TEST(SubtitleFormats, TheVideosNameComesBackWhereAFormatHasAPlaceForIt) {
    CueTrack track = test::trackOf({"a dog"});
    track.videoName = "my dog & \"cat\" 100%25.MP4";
    for (const char* name : {"eaf", "json"}) {
        const auto& format = *findSubtitleFormat(name);
        EXPECT_EQ(format.read(format.write(track))->track.videoName, track.videoName) << name;
    }
}

}  // namespace
}  // namespace sightline
