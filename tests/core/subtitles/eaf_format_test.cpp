#include "core/subtitles/eaf_format.h"

#include <gtest/gtest.h>

#include "tests/core/subtitles/reading.h"
#include "tests/core/subtitles/sample_track.h"

namespace sightline {
namespace {

using test::Cues;
using test::cuesOf;
using test::readAs;

constexpr const char* kSlots =
    "<TIME_ORDER><TIME_SLOT TIME_SLOT_ID='ts1' TIME_VALUE='1000'/><TIME_SLOT TIME_SLOT_ID='ts2' TIME_VALUE='2000'/>"
    "<TIME_SLOT TIME_SLOT_ID='ts3'/><TIME_SLOT TIME_SLOT_ID='ts4' TIME_VALUE='3000'/></TIME_ORDER>";

std::string annotation(const std::string& from, const std::string& to, const std::string& text) {
    return "\n<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID='a' TIME_SLOT_REF1='" + from + "' TIME_SLOT_REF2='" + to +
           "'><ANNOTATION_VALUE>" + text + "</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>";
}

std::string tier(const std::string& attributes, const std::string& annotations) {
    return "<TIER LINGUISTIC_TYPE_REF='t' " + attributes + ">" + annotations + "</TIER>";
}

std::string document(const std::string& tiers, const std::string& header = "<HEADER TIME_UNITS='milliseconds'/>") {
    return "<?xml version='1.0'?><ANNOTATION_DOCUMENT FORMAT='2.8' VERSION='2.8'>" + header + kSlots + tiers +
           "</ANNOTATION_DOCUMENT>";
}

std::size_t count(const std::string& text, std::string_view what) {
    std::size_t found = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
        ++found;
    }
    return found;
}

TEST(EafFormat, CuesThatDoNotOverlapShareOneTier) {
    const std::string written = EafFormat().write(test::trackOf({"a", "b", "c"}));
    EXPECT_EQ(count(written, "<TIER "), 1U);
    EXPECT_EQ(count(written, "<ANNOTATION>"), 3U);
    EXPECT_EQ(count(written, "<TIME_SLOT "), 6U);
}

TEST(EafFormat, CuesThatOverlapAreOnTiersOfTheirOwn) {
    CueTrack track = test::trackOf({"a", "b", "c"});
    track.cues[0].end = track.cues[1].end;
    const std::string written = EafFormat().write(track);
    EXPECT_EQ(count(written, "TIER_ID=\"Descriptions\""), 1U);
    EXPECT_EQ(count(written, "TIER_ID=\"Descriptions 2\""), 1U);
    EXPECT_EQ(cuesOf(readAs("eaf", written)), (Cues{"0-2000 a", "1000-2000 b", "2000-3000 c"}));
}

TEST(EafFormat, TheVideoIsNamedWithItsType) {
    CueTrack track;
    track.videoName = "my clip.MP4";
    const std::string written = EafFormat().write(track);
    EXPECT_NE(written.find("<MEDIA_DESCRIPTOR MEDIA_URL=\"my clip.MP4\" MIME_TYPE=\"video/mp4\" "
                           "RELATIVE_MEDIA_URL=\"./my clip.MP4\"/>"),
              std::string::npos)
        << written;
}

TEST(EafFormat, WithoutAVideoThereIsNoMediaDescriptor) {
    EXPECT_EQ(count(EafFormat().write({}), "MEDIA_DESCRIPTOR"), 0U);
}

TEST(EafFormat, ALanguageThatIsNoIdentifierIsLeftOut) {
    CueTrack track;
    track.language = "not a language";
    EXPECT_EQ(count(EafFormat().write(track), "LANG"), 0U);
}

TEST(EafFormat, TheTierOfDescriptionsIsReadAndNotTheOthers) {
    EXPECT_EQ(cuesOf(readAs("eaf", document(tier("TIER_ID='Speech'", annotation("ts1", "ts2", "no")) +
                                            tier("TIER_ID='Descriptions'", annotation("ts2", "ts4", "yes"))))),
              Cues{"2000-3000 yes"});
}

TEST(EafFormat, WithoutOneAllIndependentTiersAreRead) {
    EXPECT_EQ(cuesOf(readAs("eaf", document(tier("TIER_ID='A'", annotation("ts1", "ts2", "a")) +
                                            tier("TIER_ID='B'", annotation("ts2", "ts4", "b")) +
                                            tier("TIER_ID='words' PARENT_REF='A'", annotation("ts1", "ts2", "no"))))),
              (Cues{"1000-2000 a", "2000-3000 b"}));
}

TEST(EafFormat, ALinkedVideoIsNamedWithoutItsFolder) {
    EXPECT_EQ(
        readAs(
            "eaf",
            document(
                "", "<HEADER><MEDIA_DESCRIPTOR MEDIA_URL='file:///C:/Films/dog.mpg' MIME_TYPE='video/mpeg'/></HEADER>"))
            .track.videoName,
        "dog.mpg");
}

TEST(EafFormat, AnAnnotationWithoutATimeIsLeftOutAndTold) {
    const auto reading =
        readAs("eaf", document(tier("TIER_ID='A'", annotation("ts1", "ts3", "a") + annotation("ts1", "ts9", "b") +
                                                       annotation("ts1", "ts4", "c"))));
    EXPECT_EQ(cuesOf(reading), Cues{"1000-3000 c"});
    ASSERT_EQ(reading.skippedCues, 2U);
    EXPECT_EQ(reading.warnings[0].line, 2U);
}

TEST(EafFormat, TimesInFramesAreUnsupported) {
    const auto reading = EafFormat().read(document("", "<HEADER TIME_UNITS='PAL-frames'/>"));
    ASSERT_FALSE(reading);
    EXPECT_EQ(reading.error().code, ErrorCode::Unsupported);
}

}  // namespace
}  // namespace sightline
