#include "core/subtitles/csv_format.h"

#include <gtest/gtest.h>

#include "tests/core/subtitles/reading.h"
#include "tests/core/subtitles/sample_track.h"

namespace sightline {
namespace {

using test::Cues;
using test::cuesOf;
using test::readAs;

TEST(CsvFormat, TimesOfThousandsOfHoursKeepTheirNanoseconds) {
    CueTrack track;
    track.cues = {{std::chrono::seconds(2), std::chrono::hours(5100) + std::chrono::milliseconds(100), "a", 0.0,
                   CueOrigin::Edited}};
    const auto reading = CsvFormat().read(CsvFormat().write(track));
    ASSERT_TRUE(reading);
    EXPECT_EQ(reading->track.cues, track.cues);
}

TEST(CsvFormat, IsWrittenAsRfc4180HasIt) {
    CueTrack track = test::trackOf({"a \"big\", old dog", "two\nlines"});
    track.cues[1].end = MediaTime(2'333'333'333);
    EXPECT_EQ(CsvFormat().write(track),
              "start,end,text,confidence,origin\r\n0.000,1.000,\"a \"\"big\"\", old dog\",0.8125,model\r\n"
              "1.000,2.333333333,\"two\nlines\",,edited\r\n");
}

TEST(CsvFormat, ATextThatASpreadsheetWouldRunGetsAnApostrophe) {
    EXPECT_NE(CsvFormat().write(test::trackOf({"=HYPERLINK(\"x\")"})).find(",\"'=HYPERLINK(\"\"x\"\")\","),
              std::string::npos);
    EXPECT_NE(CsvFormat().write(test::trackOf({"'tis"})).find(",\"'tis\","), std::string::npos);
}

TEST(CsvFormat, ColumnsAreFoundByNameInAnyOrder) {
    const auto reading = readAs("csv", "id,Origin,TEXT,end,\"start\",Confidence\n1,model,a,2.5,1,0.5\n2,,b,4,3,\n");
    EXPECT_EQ(cuesOf(reading), (Cues{"1000-2500 a", "3000-4000 b"}));
    EXPECT_EQ(reading.track.cues[0].confidence, 0.5);
    EXPECT_EQ(reading.track.cues[0].origin, CueOrigin::Model);
    EXPECT_EQ(reading.track.cues[1].origin, CueOrigin::Edited);
}

TEST(CsvFormat, SemicolonsWithDecimalCommasAndTabsAreRead) {
    EXPECT_EQ(cuesOf(readAs("csv", "start;end;text\n1,5;2,5;a, b\n")), Cues{"1500-2500 a, b"});
    EXPECT_EQ(cuesOf(readAs("csv", "sep=;\r\nstart;end;text\r\n1,5;2,5;a\r\n")), Cues{"1500-2500 a"});
    EXPECT_EQ(cuesOf(readAs("csv", "start\tend\ttext\n1.5\t2.5\ta; b\n")), Cues{"1500-2500 a; b"});
}

TEST(CsvFormat, DecimalCommasWithinQuotesAreRead) {
    EXPECT_EQ(cuesOf(readAs("csv", "start,end,text,confidence\n\"0,5\",\"1,25\",\"a, b\",\"0,5\"\n")),
              Cues{"500-1250 a, b"});
    EXPECT_EQ(cuesOf(readAs("csv", "start;end;text\n1.234,5;1.235,5;a\n")), Cues{"1234500-1235500 a"});
    EXPECT_EQ(cuesOf(readAs("csv", "start,end,text\n\"1,234.5\",\"1,235.5\",a\n")), Cues{"1234500-1235500 a"});
}

TEST(CsvFormat, ElansTablesAreRead) {
    EXPECT_EQ(cuesOf(readAs("csv",
                            "Tier\t\tBegin Time - hh:mm:ss.ms\tEnd Time - hh:mm:ss.ms\tAnnotation\n"
                            "AD\t\t00:00:01.000\t00:00:02.500\ta dog\n")),
              Cues{"1000-2500 a dog"});
    EXPECT_EQ(
        cuesOf(readAs("csv", "Begin Time - msec\tEnd Time - msec\tDuration - msec\tAnnotation\n1000\t2500\t1500\ta\n")),
        Cues{"1000-2500 a"});
    EXPECT_EQ(cuesOf(readAs("csv", "Begin Time - ss.msec\tEnd Time - ss.msec\tAnnotation\n1.0\t2.5\ta\n")),
              Cues{"1000-2500 a"});
}

TEST(CsvFormat, RowsWithoutNamesAreReadBetweenTabs) {
    EXPECT_EQ(cuesOf(readAs("csv",
                            "AD\t\t00:00:01.000\t00:00:02.500\t00:00:01.500\ta dog\n"
                            "AD\t\t00:00:03.000\t00:00:04.000\t00:00:01.000\ta cat\n")),
              (Cues{"1000-2500 a dog", "3000-4000 a cat"}));
    EXPECT_EQ(cuesOf(readAs("csv", "0,500000\t1,500000\ta dog\n")), Cues{"500-1500 a dog"});  // Audacity's labels
    EXPECT_EQ(readAs("csv", "0.5\t1.5\ta\n\\\t100\t200\n").skippedCues, 0U);
    EXPECT_FALSE(CsvFormat().recognises("time\ttemperature\n0.5\t20.1\n"));
    EXPECT_FALSE(CsvFormat().recognises("0.5\t20.1\n"));
}

TEST(CsvFormat, ATextWithoutQuotesIsReadToTheEndOfTheRow) {
    EXPECT_EQ(cuesOf(readAs("csv", "start,end,text\n0.5,1.5,a dog, a cat,and more\n")),
              Cues{"500-1500 a dog, a cat,and more"});
    const auto reading = readAs("csv", "text,start,end\na,1,2,x\nb,2,3,\n");
    EXPECT_EQ(cuesOf(reading), (Cues{"1000-2000 a", "2000-3000 b"}));
    ASSERT_EQ(reading.warnings.size(), 1U);
    EXPECT_EQ(reading.warnings[0].line, 2U);
}

TEST(CsvFormat, ADurationStandsForTheEnd) {
    EXPECT_EQ(cuesOf(readAs("csv", "text,start,duration\na,0.5,1.25\n")), Cues{"500-1750 a"});
    EXPECT_EQ(cuesOf(readAs("csv", "start_ms,duration_ms,text\n500,1250,a\n")), Cues{"500-1750 a"});
    EXPECT_EQ(cuesOf(readAs("csv", "start,end,duration,text\n1,2,9,a\n")), Cues{"1000-2000 a"});
}

TEST(CsvFormat, ClockTimesAreRead) {
    EXPECT_EQ(cuesOf(readAs("csv", "start,end,text\n00:01.5,00:00:02.5,a\n")), Cues{"1500-2500 a"});
}

TEST(CsvFormat, TheHeaderMayNameTheUnitOfTheTimes) {
    for (const char* header :
         {"start_ms,end_ms,text", "Start (ms),End (ms),Text", "start time [ms],end time [ms],text",
          "begin_milliseconds,stop_milliseconds,caption", "Start time in milliseconds,End time in milliseconds,Text"}) {
        EXPECT_EQ(cuesOf(readAs("csv", std::string(header) + "\n5,40,a\n40,90.5,b\n")), (Cues{"5-40 a", "40-90 b"}))
            << header;
    }
    for (const char* header : {"start_s,end_s,text", "start (seconds),end (seconds),text", "start_sec,end_sec,text"}) {
        EXPECT_EQ(cuesOf(readAs("csv", std::string(header) + "\n0,2480,a\n")), Cues{"0-2480000 a"}) << header;
    }
}

TEST(CsvFormat, WholeNumbersThatMakeTooLongCuesAreMilliseconds) {
    EXPECT_EQ(cuesOf(readAs("csv", "start,end,text\n0,2480,\" A dog runs.\"\n2480,5120,\" A child.\"\n")),
              (Cues{"0-2480  A dog runs.", "2480-5120  A child."}));
    EXPECT_EQ(cuesOf(readAs("csv", "start\tend\ttext\n0\t2480\ta\n2480\t5120\tb\n")),
              (Cues{"0-2480 a", "2480-5120 b"}));
}

TEST(CsvFormat, WholeNumbersOfOrdinaryCuesAndDecimalsAreSeconds) {
    EXPECT_EQ(cuesOf(readAs("csv", "start,end,text\n0,2,a\n2,59,b\n")), (Cues{"0-2000 a", "2000-59000 b"}));
    EXPECT_EQ(cuesOf(readAs("csv", "start,end,text\n0,2480.0,a\n")), Cues{"0-2480000 a"});
}

TEST(CsvFormat, BlankLinesAreSkippedAndADamagedRowIsTold) {
    const auto reading = readAs("csv", "start,end,text\n\n1,2,\"a\nb\"\n\nsoon,2,c\n3\n1e999,2,d\n");
    EXPECT_EQ(cuesOf(reading), Cues{"1000-2000 a\nb"});
    ASSERT_EQ(reading.skippedCues, 3U);
    EXPECT_EQ(reading.warnings[0].line, 6U);
}

TEST(CsvFormat, AQuoteThatIsNeverClosedIsAnErrorThatNamesTheLine) {
    const std::string message = test::corruptionOf("csv", "start,end,text\n1,2,a\n3,4,\"b\n5,6,c\n");
    EXPECT_TRUE(message.starts_with("Line 3 opens a quote that is never closed")) << message;
}

TEST(CsvFormat, WithoutItsColumnsATableIsNone) {
    EXPECT_TRUE(test::corruptionOf("csv", "from,to\n1,2\n").starts_with("Line 1 names no columns start, end and text"));
}

}  // namespace
}  // namespace sightline
