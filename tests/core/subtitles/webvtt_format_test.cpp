#include "core/subtitles/webvtt_format.h"

#include <gtest/gtest.h>

#include "tests/core/subtitles/reading.h"
#include "tests/core/subtitles/sample_track.h"

namespace sightline {
namespace {

using test::Cues;
using test::cuesOf;
using test::readAs;

TEST(WebVttFormat, IsWrittenAsTheSpecificationHasIt) {
    EXPECT_EQ(WebVttFormat().write(test::trackOf({"a dog & <cat>", "a --> b\n\nc"})),
              "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\na dog &amp; &lt;cat&gt;\n\n00:00:01.000 --> 00:00:02.000\na "
              "--&gt; b\nc\n");
}

TEST(WebVttFormat, CommentsStylesAndRegionsAreSkipped) {
    const auto reading =
        readAs("vtt",
               "WEBVTT - a title\n\nNOTE one\nof two lines\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:top\n\nNOTE\n\n"
               "00:01.000 --> 00:02.000\na\n\nNOTE last");
    EXPECT_EQ(cuesOf(reading), Cues{"1000-2000 a"});
    EXPECT_EQ(reading.skippedCues, 0U);
}

TEST(WebVttFormat, IdentifiersAndSettingsAreIgnored) {
    EXPECT_EQ(cuesOf(readAs("vtt",
                            "WEBVTT\n\nintro - 1\n00:00:01.000 --> 00:00:02.000 line:0 position:20% align:start\na\n")),
              Cues{"1000-2000 a"});
}

TEST(WebVttFormat, TheHeaderMayNameTheLanguage) {
    EXPECT_EQ(readAs("vtt", "WEBVTT\nKind: captions\nLanguage: de\n\n00:01.000 --> 00:02.000\na\n").track.language,
              "de");
}

TEST(WebVttFormat, TagsAreStripped) {
    EXPECT_EQ(cuesOf(readAs("vtt",
                            "WEBVTT\n\n00:01.000 --> 00:02.000\n<v.loud Ann Lee>a <c.red><i>b</i></c></v> "
                            "<00:00:01.500>c <lang en>d</lang>\n")),
              Cues{"1000-2000 a b c d"});
}

TEST(WebVttFormat, CharacterReferencesAreDecodedOnce) {
    EXPECT_EQ(cuesOf(readAs(
                  "vtt",
                  "WEBVTT\n\n00:01.000 --> 00:02.000\n&lt;b&gt; &amp;lt; &#8364; &#x1F415; &nope; & &#; &#x110000;\n")),
              Cues{"1000-2000 <b> &lt; € 🐕 &nope; & &#; �"});
}

TEST(WebVttFormat, NamedCharactersOfHtmlAreDecoded) {
    EXPECT_EQ(
        cuesOf(readAs(
            "vtt",
            "WEBVTT\n\n00:01.000 --> 00:02.000\n&copy; caf&eacute; &#233;&#xE9; &hellip; &#146; &AMP; &eacute\n")),
        Cues{"1000-2000 © café éé … ’ &AMP; &eacute"});
}

TEST(WebVttFormat, OnlyAnEmptyLineEndsACue) {
    const auto reading = readAs("vtt",
                                "WEBVTT\nKind: captions\nLanguage: en\n\n00:00.000 --> 00:02.000 align:start\n \n"
                                "hello<00:00:00.500><c> world</c>\n\n00:02.000 --> 00:03.000\nhello world\n \nagain\n\n"
                                " \n\n00:03.000 --> 00:04.000\n \n\n \n00:04.000 --> 00:05.000\nbye\n");
    EXPECT_EQ(cuesOf(reading), (Cues{"0-2000 hello world", "2000-3000 hello world\nagain", "4000-5000 bye"}));
    EXPECT_EQ(reading.skippedCues, 0U);
}

TEST(WebVttFormat, SegmentsOfAStreamAreReadAsOneFile) {
    const auto reading =
        readAs("vtt",
               "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0\n\n00:01.000 --> 00:02.000\na\n\n"
               "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:540000,LOCAL:00:00:00.000\n\n00:01.000 --> 00:02.000\nb\n"
               "\ufeffWEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:10.000,MPEGTS:1800000\n00:11.000 --> 00:12.000\nc\n");
    EXPECT_EQ(cuesOf(reading), (Cues{"1000-2000 a", "7000-8000 b", "21000-22000 c"}));
    EXPECT_EQ(reading.skippedCues, 0U);
    EXPECT_TRUE(reading.warnings.empty());
}

TEST(WebVttFormat, ACueThatTwoSegmentsHoldIsReadOnce) {
    const std::string header = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\n";
    const std::string cue = "00:05.000 --> 00:07.000\na\n\n";
    const auto reading = readAs("vtt", header + cue + header + cue + "00:07.000 --> 00:08.000\nb\n");
    EXPECT_EQ(cuesOf(reading), (Cues{"5000-7000 a", "7000-8000 b"}));
    // The stream's clock starts at 10 s, as it does with most; that the video does is told.
    ASSERT_EQ(reading.warnings.size(), 1U);
    EXPECT_EQ(reading.warnings[0].line, 2U);
}

TEST(WebVttFormat, TheClockOfAStreamStartsAgain) {
    const auto reading =
        readAs("vtt",
               "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:8589844592\n\n00:01.000 --> 00:02.000\na\n\n"
               "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:90000\n\n00:01.000 --> 00:02.000\nb\n");
    EXPECT_EQ(cuesOf(reading), (Cues{"1000-2000 a", "3000-4000 b"}));
}

TEST(WebVttFormat, TextThatLooksLikeTheHeadOfASegmentStaysText) {
    const std::string text = "a dog\nWEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000";
    const SubtitleReading reading = readAs("vtt", WebVttFormat().write(test::trackOf({text, "a cat"})));
    EXPECT_EQ(cuesOf(reading), (Cues{"0-1000 " + text, "1000-2000 a cat"}));
    EXPECT_TRUE(reading.warnings.empty());
}

TEST(WebVttFormat, ACommentThatQuotesTimesIsNoLostCue) {
    const auto reading =
        readAs("vtt", "WEBVTT\n\nNOTE old 00:01.000 --> 00:02.000\nold\n\n00:03.000 --> 00:04.000\na\n");
    EXPECT_EQ(cuesOf(reading), Cues{"3000-4000 a"});
    EXPECT_EQ(reading.skippedCues, 0U);
}

TEST(WebVttFormat, AngleBracketsThatStartNoTagStay) {
    EXPECT_EQ(cuesOf(readAs("vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n1 < 2 and <3 and <unclosed\n")),
              Cues{"1000-2000 1 < 2 and <3 and <unclosed"});
}

TEST(WebVttFormat, AnArrowStartsTheNextCueAsTheSpecificationSays) {
    EXPECT_EQ(cuesOf(readAs("vtt", "WEBVTT\n00:01.000 --> 00:02.000\na\n00:03.000 --> 00:04.000\nb\n")),
              (Cues{"1000-2000 a", "3000-4000 b"}));
}

TEST(WebVttFormat, ADamagedCueIsLeftOutAndTold) {
    const auto reading = readAs("vtt", "WEBVTT\n\n00:01.000 --> soon\na\n\nstray text\n\n00:03.000 --> 00:04.000\nb\n");
    EXPECT_EQ(cuesOf(reading), Cues{"3000-4000 b"});
    ASSERT_EQ(reading.skippedCues, 2U);
    EXPECT_EQ(reading.warnings[0].line, 3U);
    EXPECT_EQ(reading.warnings[1].line, 6U);
}

TEST(WebVttFormat, WithoutItsSignatureAFileIsNone) {
    for (const char* content :
         {"", "WEBVTTX\n\n00:01.000 --> 00:02.000\na\n", "00:01.000 --> 00:02.000\na\n", " WEBVTT\n"}) {
        EXPECT_TRUE(test::corruptionOf("vtt", content).starts_with("Line 1 does not start with WEBVTT")) << content;
    }
}

TEST(WebVttJsonFormat, HasAnObjectForEachCue) {
    EXPECT_EQ(WebVttJsonFormat().write(test::trackOf({"a \"dog\" --> b\nc", "d"})),
              "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n"
              "{\"text\":\"a \\\"dog\\\" --\\u003e b\\nc\",\"confidence\":0.8125,\"origin\":\"model\"}\n\n"
              "00:00:01.000 --> 00:00:02.000\n{\"text\":\"d\",\"origin\":\"edited\"}\n");
}

TEST(WebVttJsonFormat, AnObjectMayStandOnSeveralLines) {
    EXPECT_EQ(
        cuesOf(readAs("vtt-json", "WEBVTT\n\n00:01.000 --> 00:02.000\n{\n  \"more\": [1],\n  \"text\": \"a\"\n}\n")),
        Cues{"1000-2000 a"});
}

TEST(WebVttJsonFormat, ACueWithoutAnObjectIsLeftOutAndTold) {
    const auto reading =
        readAs("vtt-json",
               "WEBVTT\n\n00:01.000 --> 00:02.000\n{\"text\": \"a\"}\n\n00:03.000 --> 00:04.000\n{\"text\": 1}\n\n"
               "00:05.000 --> 00:06.000\nplain\n");
    EXPECT_EQ(cuesOf(reading), Cues{"1000-2000 a"});
    ASSERT_EQ(reading.skippedCues, 2U);
    EXPECT_EQ(reading.warnings[0].line, 6U);
}

TEST(WebVttJsonFormat, AConfidenceOutOfRangeIsUnknown) {
    const auto reading =
        readAs("vtt-json", "WEBVTT\n\n00:01.000 --> 00:02.000\n{\"text\": \"a\", \"confidence\": 7, \"origin\": 3}\n");
    ASSERT_EQ(reading.track.cues.size(), 1U);
    EXPECT_EQ(reading.track.cues[0].confidence, 0.0);
    EXPECT_EQ(reading.track.cues[0].origin, CueOrigin::Edited);
}

}  // namespace
}  // namespace sightline
