#include "core/subtitles/ass_format.h"

#include <gtest/gtest.h>

#include "tests/core/subtitles/reading.h"
#include "tests/core/subtitles/sample_track.h"

namespace sightline {
namespace {

using test::Cues;
using test::cuesOf;
using test::readAs;

constexpr const char* kEvents =
    "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n";

std::string dialogue(const std::string& text) {
    return std::string(kEvents) + "Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,," + text + "\n";
}

TEST(AssFormat, DialogueLinesHaveCentisecondsAndNoOverrides) {
    const std::string written = AssFormat().write(test::trackOf({"{\\i1}a, b\nc"}));
    EXPECT_NE(written.find("\nDialogue: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,\\{\\\xe2\x81\xa0i1\\}a, b\\Nc\n"),
              std::string::npos)
        << written;
}

TEST(AssFormat, TheHeaderScalesWithTheVideo) {
    const std::string written = AssFormat().write({});
    for (const char* line :
         {"[Script Info]\n", "\nScriptType: v4.00+\n", "\nPlayResX: 1920\n", "\nPlayResY: 1080\n", "\nWrapStyle: 0\n",
          "\nScaledBorderAndShadow: yes\n", "\n[V4+ Styles]\n", "\nStyle: Default,", "\n[Events]\n"}) {
        EXPECT_NE(written.find(line), std::string::npos) << line;
    }
}

TEST(AssFormat, OverrideTagsAreStripped) {
    EXPECT_EQ(cuesOf(readAs("ass", dialogue("{\\an8\\pos(960,540)}a {\\b1}b{\\b0} {a comment}c"))),
              Cues{"1000-2500 a b c"});
}

TEST(AssFormat, DrawingsAreNoText) {
    EXPECT_EQ(cuesOf(readAs("ass", dialogue("{\\p1}m 0 0 l 100 0{\\p0}a {\\pbo5}b"))), Cues{"1000-2500 a b"});
}

TEST(AssFormat, LineBreaksAndHardSpacesAreRead) {
    EXPECT_EQ(cuesOf(readAs("ass", dialogue("a\\Nb\\nc\\hd"))), Cues{"1000-2500 a\nb c\xc2\xa0"
                                                                     "d"});
}

TEST(AssFormat, WithWrapStyle2SoftBreaksBreak) {
    EXPECT_EQ(cuesOf(readAs("ass", "[Script Info]\nWrapStyle: 2\n\n" + dialogue("a\\nb"))), Cues{"1000-2500 a\nb"});
}

TEST(AssFormat, ABraceThatIsNeverClosedIsText) {
    EXPECT_EQ(cuesOf(readAs("ass", dialogue("a {b"))), Cues{"1000-2500 a {b"});
}

TEST(AssFormat, TheFormatLineSaysWhereTheFieldsAre) {
    EXPECT_EQ(
        cuesOf(readAs(
            "ass",
            "[Events]\r\nFormat: End, Style, Start, Text\r\nDialogue: 0:00:02.50,Default,0:00:01.00,a, b, c\r\n")),
        Cues{"1000-2500 a, b, c"});
}

TEST(AssFormat, SubStationAlphaIsRead) {
    EXPECT_EQ(
        cuesOf(readAs(
            "ass",
            "; a comment\n[Script Info]\nTitle: x\nScriptType: v4.00\n\n[V4 Styles]\nFormat: Name\nStyle: Default\n\n"
            "[Events]\nFormat: Marked, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
            "Dialogue: Marked=0,0:00:01.00,0:00:02.50,*Default,NTP,0000,0000,0000,!Effect,a\n")),
        Cues{"1000-2500 a"});
}

TEST(AssFormat, CommentsAreLeftOut) {
    const auto reading = readAs("ass", dialogue("a") + "Comment: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,no\n");
    EXPECT_EQ(cuesOf(reading), Cues{"1000-2500 a"});
    EXPECT_EQ(reading.skippedCues, 0U);
}

TEST(AssFormat, EventsInAnyOrderAreSorted) {
    EXPECT_EQ(cuesOf(readAs("ass", dialogue("b") + "Dialogue: 0,0:00:00.50,0:00:01.00,Default,,0,0,0,,a\n")),
              (Cues{"500-1000 a", "1000-2500 b"}));
}

TEST(AssFormat, ADamagedLineIsLeftOutAndTold) {
    const auto reading =
        readAs("ass", dialogue("a") + "Dialogue: 0,0:00:0x.00,0:00:04.00,Default,,0,0,0,,b\nDialogue: 0,0:00:05.00\n");
    EXPECT_EQ(cuesOf(reading), Cues{"1000-2500 a"});
    ASSERT_EQ(reading.skippedCues, 2U);
    EXPECT_EQ(reading.warnings[0].line, 4U);
}

TEST(AssFormat, AFormatLineWithoutTextIsAnErrorThatNamesTheLine) {
    const std::string message = test::corruptionOf("ass", "[Events]\nFormat: Layer, Start, End\n");
    EXPECT_TRUE(message.starts_with("Line 2 names no Start, End or Text column")) << message;
}

}  // namespace
}  // namespace sightline
