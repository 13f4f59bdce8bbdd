#include "core/subtitles/ttml_format.h"

#include <gtest/gtest.h>

#include "tests/core/subtitles/reading.h"
#include "tests/core/subtitles/sample_track.h"

namespace sightline {
namespace {

using test::Cues;
using test::cuesOf;
using test::readAs;

std::string document(const std::string& body, const std::string& parameters = "") {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<tt xmlns=\"http://www.w3.org/ns/ttml\" "
           "xmlns:ttp=\"http://www.w3.org/ns/ttml#parameter\" xml:lang=\"fr\" " +
           parameters + ">\n" + body + "\n</tt>\n";
}

Cues cuesIn(const std::string& body, const std::string& parameters = "") {
    return cuesOf(readAs("ttml", document(body, parameters)));
}

// The cue of one paragraph with these attributes.
Cues timed(const std::string& attributes, const std::string& parameters = "") {
    return cuesIn("<body><div><p " + attributes + ">a</p></div></body>", parameters);
}

TEST(TtmlFormat, ParagraphsHaveClockTimesAndLineBreaks) {
    CueTrack track = test::trackOf({"a & b", "\nc\n\nd"});
    track.language = "fr";
    const std::string written = TtmlFormat().write(track);
    EXPECT_NE(written.find("<p begin=\"00:00:00.000\" end=\"00:00:01.000\" xml:space=\"preserve\">a &amp; b</p>"),
              std::string::npos)
        << written;
    EXPECT_NE(written.find(
                  ">\n    <p begin=\"00:00:01.000\" end=\"00:00:02.000\" xml:space=\"preserve\"><br/>c<br/><br/>d</p>"),
              std::string::npos)
        << written;
    EXPECT_NE(written.find(" xml:lang=\"fr\""), std::string::npos) << written;
}

TEST(TtmlFormat, ClockTimesHaveFractionsOrFrames) {
    EXPECT_EQ(timed("begin='00:00:01' end='01:00:02.5'"), Cues{"1000-3602500 a"});
    EXPECT_EQ(timed("begin='00:00:01:15' end='00:00:02:00'"), Cues{"1500-2000 a"});
    EXPECT_EQ(timed("begin='00:00:01:05' end='00:00:02:20'", "ttp:frameRate='25'"), Cues{"1200-2800 a"});
    EXPECT_EQ(timed("begin='00:00:00:12.1' end='00:00:02:00'", "ttp:frameRate='25' ttp:subFrameRate='2'"),
              Cues{"500-2000 a"});
}

TEST(TtmlFormat, OffsetTimesHaveAnyMetric) {
    EXPECT_EQ(timed("begin='1.5s' end='2500ms'"), Cues{"1500-2500 a"});
    EXPECT_EQ(timed("begin='0.5m' end='0.01h'"), Cues{"30000-36000 a"});
    EXPECT_EQ(timed("begin='10000000t' end='25000000t'", "ttp:tickRate='10000000'"), Cues{"1000-2500 a"});
    EXPECT_EQ(timed("begin='48f' end='60f'", "ttp:frameRate='24'"), Cues{"2000-2500 a"});
}

TEST(TtmlFormat, TheFrameRatesMultiplierCounts) {
    EXPECT_EQ(timed("begin='30f' end='60f'", "ttp:frameRate='30' ttp:frameRateMultiplier='1000 1001'"),
              Cues{"1001-2002 a"});
    EXPECT_EQ(timed("begin='30t' end='60t'", "ttp:frameRate='30'"), Cues{"1000-2000 a"});
}

TEST(TtmlFormat, SmpteLabelsCountFrames) {
    const std::string ntsc = "ttp:timeBase='smpte' ttp:frameRate='30' ttp:frameRateMultiplier='1000 1001' ";
    EXPECT_EQ(timed("begin='01:00:00:00' end='01:00:02:15'", ntsc + "ttp:dropMode='nonDrop'"),
              Cues{"3603600-3606102 a"});
    EXPECT_EQ(timed("begin='01:00:00:00' end='01:00:02:15'", ntsc), Cues{"3603600-3606102 a"});
    EXPECT_EQ(timed("begin='00:10:00:00' end='00:10:02:12'",
                    "ttp:timeBase='smpte' ttp:frameRate='24' ttp:frameRateMultiplier='1000 1001'"),
              Cues{"600600-603102 a"});
    EXPECT_EQ(timed("begin='01:00:00:00' end='01:00:01:00'",
                    "ttp:timeBase='smpte' ttp:frameRate='24' ttp:frameRateMultiplier='999 1000'"),
              Cues{"3603600-3604601 a"});
    EXPECT_EQ(timed("begin='01:00:00:00' end='01:00:00:05'", "ttp:timeBase='smpte' ttp:frameRate='25'"),
              Cues{"3600000-3600200 a"});
}

TEST(TtmlFormat, DropFrameLabelsKeepUpWithTheClock) {
    const std::string drop = "ttp:timeBase='smpte' ttp:dropMode='dropNTSC' ttp:frameRate='30' ";
    const std::string ntsc = drop + "ttp:frameRateMultiplier='1000 1001'";
    // Frame 1800 follows 00:00:59:29; an hour has 107892 labels.
    EXPECT_EQ(timed("begin='00:01:00:02' end='00:01:02:00'", ntsc), Cues{"60060-61995 a"});
    EXPECT_EQ(timed("begin='01:00:00:00' end='01:00:01:00'", ntsc), Cues{"3599996-3600997 a"});
    EXPECT_EQ(timed("begin='01:00:00:00' end='01:00:01:00'", drop), Cues{"3599996-3600997 a"});
    EXPECT_EQ(timed("begin='00:01:00:04' end='00:01:02:00'",
                    "ttp:timeBase='smpte' ttp:dropMode='dropNTSC' ttp:frameRate='60' "
                    "ttp:frameRateMultiplier='1000 1001'"),
              Cues{"60060-61995 a"});
}

TEST(TtmlFormat, ASemicolonMarksADropFrameLabel) {
    const std::string ntsc = "ttp:timeBase='smpte' ttp:frameRate='30' ttp:frameRateMultiplier='1000 1001' ";
    for (const char* mode : {"ttp:dropMode='dropNTSC'", "ttp:dropMode='nonDrop'", ""}) {
        EXPECT_EQ(timed("begin='00:01:00;02' end='00:01:02;00'", ntsc + mode), Cues{"60060-61995 a"}) << mode;
    }
    EXPECT_EQ(timed("begin='00:01:00;15' end='00:01:02;00'", "ttp:frameRate='30'"), Cues{"60500-62000 a"});
}

TEST(TtmlFormat, ADurationEndsACueUnlessItsEndComesFirst) {
    EXPECT_EQ(timed("begin='1s' dur='1500ms'"), Cues{"1000-2500 a"});
    EXPECT_EQ(timed("begin='1s' end='2s' dur='9s'"), Cues{"1000-2000 a"});
}

TEST(TtmlFormat, ContainersShiftAndLimitWhatTheyHold) {
    EXPECT_EQ(cuesIn("<body begin='10s'><div begin='5s' end='8s'><p begin='1s' end='2s'>a</p><p begin='2s' "
                     "end='9s'>b</p><p>c</p></div></body>"),
              (Cues{"15000-18000 c", "16000-17000 a", "17000-18000 b"}));
}

TEST(TtmlFormat, InASequenceOneFollowsTheOther) {
    EXPECT_EQ(cuesIn("<body><div timeContainer='seq'><p dur='2s'>a</p><p begin='1s' dur='3s'>b</p></div></body>"),
              (Cues{"0-2000 a", "3000-6000 b"}));
}

TEST(TtmlFormat, SpansAndLineBreaksAreTextAndMetadataIsNot) {
    EXPECT_EQ(cuesIn("<body><div><p begin='1s' end='2s'>\n  a <span>b <span>c</span></span>\n  <br/>\n  "
                     "<metadata>no</metadata>d\n</p></div></body>"),
              Cues{"1000-2000 a b c\nd"});
}

TEST(TtmlFormat, WhiteSpaceIsKeptWhereTheFileSaysSo) {
    EXPECT_EQ(cuesIn("<body><div><p begin='1s' end='2s' xml:space='preserve'> a  b </p></div></body>"),
              Cues{"1000-2000  a  b "});
}

TEST(TtmlFormat, TimedSpansOfAnUntimedParagraphAreCues) {
    EXPECT_EQ(
        cuesIn("<body><div><p><span begin='1s' end='2s'>a</span><span begin='3s' end='4s'>b</span></p></div></body>"),
        (Cues{"1000-2000 a", "3000-4000 b"}));
}

TEST(TtmlFormat, AnyPrefixWillDo) {
    EXPECT_EQ(
        cuesOf(readAs(
            "ttml",
            "<tt:tt xmlns:tt='http://www.w3.org/ns/ttml'><tt:body><tt:div><tt:p begin='1s' end='2s'>a<tt:br/>b</tt:p>"
            "</tt:div></tt:body></tt:tt>")),
        Cues{"1000-2000 a\nb"});
}

TEST(TtmlFormat, ACueWithoutEndLastsAsLongAsWhatHoldsIt) {
    EXPECT_EQ(cuesIn("<body><div end='9s'><p begin='1s'>a</p><p begin='2s' end='3s'>b</p></div></body>"),
              (Cues{"1000-9000 a", "2000-3000 b"}));
    EXPECT_EQ(cuesIn("<body dur='20s'><div begin='10s'><p begin='1s'>a</p></div></body>"), Cues{"11000-20000 a"});
    // Nothing around it has an end: as long as the document.
    EXPECT_EQ(cuesIn("<body><div><p begin='1s'>a</p><p begin='2s' end='3s'>b</p></div><div><p begin='4s' "
                     "end='6s'>c</p></div></body>"),
              (Cues{"1000-6000 a", "2000-3000 b", "4000-6000 c"}));
}

TEST(TtmlFormat, ACueOfWhichNothingTellsTheEndOrWithAnUnknownTimeIsLeftOutAndTold) {
    const auto reading = readAs("ttml", document("<body><div>\n<p begin='2s'>a</p>\n<p begin='soon' end='2s'>b</p>\n<p "
                                                 "begin='1s' end='2s'>c</p></div></body>"));
    EXPECT_EQ(cuesOf(reading), Cues{"1000-2000 c"});
    ASSERT_EQ(reading.skippedCues, 2U);
    EXPECT_EQ(reading.warnings[0].line, 5U);
    EXPECT_EQ(reading.warnings[1].line, 4U);
}

TEST(TtmlFormat, EntitiesAreNeverResolved) {
    const auto reading = readAs("ttml",
                                "<?xml version=\"1.0\"?>\n<!DOCTYPE tt [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">"
                                "<!ENTITY f SYSTEM \"file:///etc/passwd\">]>\n<tt><body><div><p begin='1s' "
                                "end='2s'>&b;&f;</p></div></body></tt>");
    EXPECT_EQ(cuesOf(reading), Cues{"1000-2000 &b;&f;"});
}

TEST(TtmlFormat, ADocumentCutShortIsAnErrorThatNamesTheLine) {
    const std::string message = test::corruptionOf("ttml", "<tt>\n<body>\n<div>\n<p begin='1s' end='2s'>a</q>");
    EXPECT_TRUE(message.starts_with("Line 4 is not well-formed XML")) << message;
}

TEST(TtmlFormat, DeepNestingIsAnError) {
    std::string deep = "<tt><body>";
    for (int i = 0; i < 100'000; ++i) {
        deep += "<div>";
    }
    for (int i = 0; i < 100'000; ++i) {
        deep += "</div>";
    }
    EXPECT_NE(test::corruptionOf("ttml", deep + "</body></tt>").find("nests too deep"), std::string::npos);
}

TEST(TtmlFormat, AnotherDocumentIsAnErrorThatNamesItsRoot) {
    EXPECT_NE(test::corruptionOf("ttml", "<svg/>").find("<svg>"), std::string::npos);
}

}  // namespace
}  // namespace sightline
