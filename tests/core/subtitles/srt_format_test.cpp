#include "core/subtitles/srt_format.h"

#include <gtest/gtest.h>

#include "tests/core/subtitles/reading.h"
#include "tests/core/subtitles/sample_track.h"

namespace sightline {
namespace {

using test::Cues;
using test::cuesOf;
using test::readAs;

TEST(SrtFormat, IsWrittenAsPlayersExpect) {
    EXPECT_EQ(SrtFormat().write(test::trackOf({"a dog", "two\nlines"})),
              "1\n00:00:00,000 --> 00:00:01,000\na dog\n\n2\n00:00:01,000 --> 00:00:02,000\ntwo\nlines\n\n");
}

TEST(SrtFormat, IndicesMayBeMissingOrWrong) {
    EXPECT_EQ(cuesOf(readAs("srt",
                            "00:00:01,000 --> 00:00:02,000\na\n\n7\n00:00:03,000 --> 00:00:04,000\nb\n\n7\n"
                            "00:00:05,000 --> 00:00:06,000\nc\n")),
              (Cues{"1000-2000 a", "3000-4000 b", "5000-6000 c"}));
}

TEST(SrtFormat, TimesMayBeWrittenLoosely) {
    EXPECT_EQ(
        cuesOf(readAs("srt", "1\r\n0:0:1.5-->00:02.25\r\na\r\n\r\n2\r\n  00:00:03,0004  -->  00:00:04  \r\nb\r\n")),
        (Cues{"1500-2250 a", "3000-4000 b"}));
}

TEST(SrtFormat, PositionHintsAfterTheTimesAreIgnored) {
    EXPECT_EQ(cuesOf(readAs("srt", "1\n00:00:01,000 --> 00:00:02,000 X1:40 X2:600 Y1:20 Y2:50\na\n")),
              Cues{"1000-2000 a"});
}

TEST(SrtFormat, TheBlankLineBetweenCuesMayBeMissing) {
    EXPECT_EQ(cuesOf(readAs("srt", "1\n00:00:01,000 --> 00:00:02,000\na\n2\n00:00:03,000 --> 00:00:04,000\nb")),
              (Cues{"1000-2000 a", "3000-4000 b"}));
}

TEST(SrtFormat, ABlankLineInsideATextDoesNotEndIt) {
    EXPECT_EQ(cuesOf(readAs("srt",
                            "1\n00:00:01,000 --> 00:00:02,000\na\n\nstill a\n\n2\n00:00:03,000 --> 00:00:04,000\nb\n")),
              (Cues{"1000-2000 a\nstill a", "3000-4000 b"}));
}

TEST(SrtFormat, ANumberIsATextWhereItStandsForOne) {
    EXPECT_EQ(cuesOf(readAs("srt", "1\n00:00:01,000 --> 00:00:02,000\n1984\n\n2\n00:00:03,000 --> 00:00:04,000\nb\n")),
              (Cues{"1000-2000 1984", "3000-4000 b"}));
}

TEST(SrtFormat, BlankLinesMayFollowAnIndex) {
    const auto reading =
        readAs("srt", "1\n\n00:00:01,000 --> 00:00:02,000\n7\n\n2\n\n00:00:03,000 --> 00:00:04,000\nb\n");
    EXPECT_EQ(cuesOf(reading), (Cues{"1000-2000 7", "3000-4000 b"}));
    EXPECT_EQ(reading.skippedCues, 0U);
}

TEST(SrtFormat, TagsAreStrippedAndOtherAngleBracketsStay) {
    EXPECT_EQ(
        cuesOf(readAs(
            "srt", "1\n00:00:01,000 --> 00:00:02,000\n{\\an8}<i>a</i> <FONT color=\"#ff0000\">b</font> <3 x<y {z}\n")),
        Cues{"1000-2000 a b <3 x<y {z}"});
}

TEST(SrtFormat, InvisibleCharactersAroundNumbersAndTimesAreIgnored) {
    // Byte order mark, marks of direction, no-break and zero-width spaces.
    for (const std::string mark : {"\u200e", "\u200f", "\u00a0", "\u200b", "\u202a", "\ufeff", "\u3000"}) {
        const std::string times = mark + "00:00:03,000" + mark + " --> " + mark + "00:00:04,000" + mark + "\n";
        const auto reading = readAs("srt", mark + "1\n00:00:01,000 -->" + mark + "00:00:02,000\na\n\n" + mark + "2" +
                                               mark + "\n" + times + "b\n" + mark + "3\n" + times + "c\n");
        EXPECT_EQ(cuesOf(reading), (Cues{"1000-2000 a", "3000-4000 b", "3000-4000 c"})) << mark;
        EXPECT_EQ(reading.skippedCues, 0U);
    }
}

TEST(SrtFormat, InvisibleCharactersInsideATextStay) {
    EXPECT_EQ(cuesOf(readAs("srt", "1\n00:00:01,000 --> 00:00:02,000\n\u200e12\u00a0km\n")),
              Cues{"1000-2000 \u200e12\u00a0km"});
}

TEST(SrtFormat, SpacesWithinTimesAreIgnored) {
    EXPECT_EQ(cuesOf(readAs("srt",
                            "1\n00:00:01, 000 --> 00:00:02 ,500\na\n\n2\n00: 00: 03,000 --> 00 :00: 04,000\nb\n"
                            "\n3\n00:00:05,000 --> 00:00:06,000 X1:40 X2:600\nc\n")),
              (Cues{"1000-2500 a", "3000-4000 b", "5000-6000 c"}));
}

TEST(SrtFormat, AColonMayStandBeforeMillisecondsButNotBeforeFrames) {
    const auto reading = readAs("srt", "1\n00:00:01:000 --> 00:00:02:500\na\n\n2\n00:00:03:12 --> 00:00:04:00\nb\n");
    EXPECT_EQ(cuesOf(reading), Cues{"1000-2500 a"});
    EXPECT_EQ(reading.skippedCues, 1U);
}

TEST(SrtFormat, LineBreakTagsAndCharacterReferencesAreRead) {
    EXPECT_EQ(cuesOf(readAs("srt",
                            "1\n00:00:01,000 --> 00:00:02,000\na dog<br>and<BR/>two<br />cats\n\n"
                            "2\n00:00:03,000 --> 00:00:04,000\n<span style=\"color:red\">a &amp; b</span> &lt;3\n")),
              (Cues{"1000-2000 a dog\nand\ntwo\ncats", "3000-4000 a & b <3"}));
}

TEST(SrtFormat, CuesWithoutTextAreNone) {
    const auto reading = readAs("srt",
                                "1\n00:00:01,000 --> 00:00:02,000\n\n\n2\n00:00:03,000 --> 00:00:04,000\n \n\n"
                                "3\n00:00:05,000 --> 00:00:06,000\n<i>\u00a0</i>\u200b\n\n"
                                "4\n00:00:07,000 --> 00:00:08,000\na cat\n");
    EXPECT_EQ(cuesOf(reading), Cues{"7000-8000 a cat"});
    EXPECT_EQ(reading.skippedCues, 0U);
    EXPECT_TRUE(reading.warnings.empty());
}

TEST(SrtFormat, NegativeTimesAreCutAtZero) {
    const auto reading =
        readAs("srt", "1\n-00:00:01,000 --> 00:00:02,000\na\n\n2\n-00:00:03,000 --> -00:00:02,000\nb\n");
    EXPECT_EQ(cuesOf(reading), Cues{"0-2000 a"});
    EXPECT_EQ(reading.skippedCues, 1U);
}

TEST(SrtFormat, OldMacintoshLineEndsAreRead) {
    EXPECT_EQ(cuesOf(readAs("srt", "1\r00:00:01,000 --> 00:00:02,000\ra\rb\r\r")), Cues{"1000-2000 a\nb"});
}

TEST(SrtFormat, ADamagedCueIsLeftOutAndTold) {
    const auto reading =
        readAs("srt",
               "1\n00:00:01,000 --> 00:00:02,000\na\n\n2\n00:00:xx,000 --> 00:00:04,000\nb\n\nmore b\n\n3\n"
               "00:00:05,000 --> 00:00:06,000\nc\n");
    EXPECT_EQ(cuesOf(reading), (Cues{"1000-2000 a", "5000-6000 c"}));
    ASSERT_EQ(reading.skippedCues, 1U);
    EXPECT_EQ(reading.warnings[0].line, 5U);
}

TEST(SrtFormat, ADamagedFirstCueIsLeftOutAndTold) {
    const auto reading = readAs("srt", "1\n00:00:01,000 > 00:00:02,000\na\n\n2\n00:00:03,000 --> 00:00:04,000\nb\n");
    EXPECT_EQ(cuesOf(reading), Cues{"3000-4000 b"});
    EXPECT_EQ(reading.skippedCues, 1U);
}

TEST(SrtFormat, ACueThatEndsBeforeItStartsIsLeftOutAndTold) {
    const auto reading = readAs("srt", "1\n00:00:01,000 --> 00:00:02,000\na\n\n2\n00:00:04,000 --> 00:00:03,000\nb\n");
    EXPECT_EQ(cuesOf(reading), Cues{"1000-2000 a"});
    ASSERT_EQ(reading.warnings.size(), 1U);
    EXPECT_EQ(reading.warnings[0].line, 6U);
    EXPECT_NE(reading.warnings[0].message.find("ends at 3 s before it starts at 4 s"), std::string::npos)
        << reading.warnings[0].message;
}

TEST(SrtFormat, TimesBeyondAnyVideoAreNoTimes) {
    const auto reading =
        readAs("srt",
               "1\n00:00:01,000 --> 99999999999999999999:00:00,000\na\n\n2\n00:00:01,000 --> 200000:00:00,000\nb\n\n"
               "3\n00:00:01,000 --> 00:00:02,000\nc\n");
    EXPECT_EQ(cuesOf(reading), Cues{"1000-2000 c"});
    EXPECT_EQ(reading.skippedCues, 2U);
}

TEST(SrtFormat, TextThatLooksLikeTimesBehindWordJoinersStaysAsItIs) {
    CueTrack track;
    const std::string joiner = "\xe2\x81\xa0";
    for (const std::string times : {"00:00:01,000 --> 00:00:02,000", "00:00:01, --> 00:00:02,000", "0:00:01 -> 0:00:02",
                                    "00:00:01.000 --\xe2\x81\xa0> 00:00:02.000",
                                    "a --\xe2\x81\xa0\xe2\x81\xa0> b --> c", "a <\xe2\x81\xa0 b", "a {\xe2\x81\xa0 b",
                                    "a &\xe2\x81\xa0"
                                    "amp; b"}) {
        for (const std::string& before : {std::string(), joiner, joiner + joiner}) {
            track.cues = {{std::chrono::seconds(1), std::chrono::seconds(2), before + times, 1.0, CueOrigin::Edited}};
            const auto reading = readAs("srt", findSubtitleFormat("srt")->write(track));
            ASSERT_EQ(reading.track.cues.size(), 1U) << before << times;
            EXPECT_EQ(reading.track.cues[0].text, before + times);
        }
    }
}

TEST(SrtFormat, AFileOfDamagedCuesIsAnErrorThatNamesTheFirst) {
    const std::string message = test::corruptionOf("srt", "1\nfrom 1 --> to 2\na\n\n2\nfrom 3 --> to 4\nb\n");
    EXPECT_TRUE(message.starts_with("None of the 2 cues can be read; the first: Line 1: ")) << message;
}

TEST(SrtFormat, AFileOfThousandsOfDamagedCuesHasFewWarnings) {
    std::string content = "1\n00:00:01,000 --> 00:00:02,000\na\n\n";
    for (int i = 0; i < 5000; ++i) {
        content += "2\nx --> y\n\n";
    }
    const auto reading = readAs("srt", content);
    EXPECT_EQ(reading.skippedCues, 5000U);
    EXPECT_EQ(reading.warnings.size(), 100U);
}

TEST(SrtFormat, ArrowsOfTextProcessorsAndYouTubesCommaAreRead) {
    for (const char* times :
         {"00:00:01,000 -> 00:00:02,500", "00:00:01,000 \u2013> 00:00:02,500", "00:00:01,000 \u2014> 00:00:02,500",
          "00:00:01,000 \u2192 00:00:02,500", "00:00:01,000 -- > 00:00:02,500", "0:00:01.000,0:00:02.500"}) {
        const std::string file = std::string(times) + "\na dog\n\n0:00:03.000,0:00:04.000\na cat\n";
        EXPECT_EQ(cuesOf(readAs("srt", file)), (Cues{"1000-2500 a dog", "3000-4000 a cat"})) << times;
        EXPECT_TRUE(findSubtitleFormat("srt")->recognises(file)) << times;
    }
    const std::string text = "1\n00:00:01,000 --> 00:00:02,000\nfrom 12:30 -> 13:00\n10:00,11:00\n";
    EXPECT_EQ(cuesOf(readAs("srt", text)), Cues{"1000-2000 from 12:30 -> 13:00\n10:00,11:00"});
}

}  // namespace
}  // namespace sightline
