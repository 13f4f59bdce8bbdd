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
    EXPECT_NE(written.find("<MEDIA_DESCRIPTOR MEDIA_URL=\"my%20clip.MP4\" MIME_TYPE=\"video/mp4\" "
                           "RELATIVE_MEDIA_URL=\"./my%20clip.MP4\"/>"),
              std::string::npos)
        << written;
}

TEST(EafFormat, TheVideosNameIsEscapedAsAUriAndComesBack) {
    for (const auto& [name, uri] :
         {std::pair("50% of #1.mp4", "./50%25%20of%20%231.mp4"), std::pair("100%25.mp4", "./100%2525.mp4"),
          std::pair("ä?.mp4", "./%C3%A4%3F.mp4")}) {
        CueTrack track;
        track.videoName = name;
        const std::string written = EafFormat().write(track);
        EXPECT_EQ(count(written, std::string("RELATIVE_MEDIA_URL=\"") + uri + "\""), 1U) << written;
        EXPECT_EQ(readAs("eaf", written).track.videoName, name);
    }
}

TEST(EafFormat, TheVideosPlaceIsAFileUrlAndRelativeToTheFile) {
    struct Case {
        const char* video;
        const char* file;
        const char* url;
        const char* relative;
    };
    for (const Case& tried : {
             Case{"/films/50% of #1.mp4", "/films/50% of #1.eaf", "file:///films/50%25%20of%20%231.mp4",
                  "./50%25%20of%20%231.mp4"},
             Case{"/films/a b/ä.mp4", "/captions/x/ä.eaf", "file:///films/a%20b/%C3%A4.mp4",
                  "../../films/a%20b/%C3%A4.mp4"},
             Case{"/films/sub/c.mp4", "/films/c.eaf", "file:///films/sub/c.mp4", "./sub/c.mp4"},
         }) {
        CueTrack track;
        track.videoName = "another name.mp4";
        const std::string written =
            EafFormat().write(track, {.video = tried.video, .videoDuration = {}, .file = tried.file});
        EXPECT_EQ(count(written, std::string("MEDIA_URL=\"") + tried.url + "\""), 1U) << written;
        EXPECT_EQ(count(written, std::string("RELATIVE_MEDIA_URL=\"") + tried.relative + "\""), 1U) << written;
        EXPECT_EQ(readAs("eaf", written).track.videoName, std::filesystem::path(tried.video).filename());
    }
}

TEST(EafFormat, AnnotationsBetweenTwoTimesShareTheRange) {
    const std::string slots =
        "<TIME_ORDER><TIME_SLOT TIME_SLOT_ID='t1' TIME_VALUE='3000'/><TIME_SLOT TIME_SLOT_ID='t2'/>"
        "<TIME_SLOT TIME_SLOT_ID='t3'/><TIME_SLOT TIME_SLOT_ID='t4' TIME_VALUE='6000'/></TIME_ORDER>";
    const auto reading =
        readAs("eaf", "<?xml version='1.0'?><ANNOTATION_DOCUMENT>" + slots +
                          tier("TIER_ID='A'", annotation("t1", "t2", "a") + annotation("t2", "t3", "b") +
                                                  annotation("t3", "t4", "c")) +
                          "</ANNOTATION_DOCUMENT>");
    EXPECT_EQ(cuesOf(reading), (Cues{"3000-4000 a", "4000-5000 b", "5000-6000 c"}));
    EXPECT_TRUE(reading.warnings.empty());
}

TEST(EafFormat, AVideosNameWithoutEscapesIsRead) {
    for (const char* name : {"my dog.mp4", "50% of #1.mp4", "50%.mp4", "5%x.mp4"}) {
        const std::string header =
            std::string("<HEADER><MEDIA_DESCRIPTOR RELATIVE_MEDIA_URL='../Films/") + name + "'/></HEADER>";
        EXPECT_EQ(readAs("eaf", document("", header)).track.videoName, name);
    }
}

TEST(EafFormat, TimesCountFromTheMediasOrigin) {
    EXPECT_EQ(cuesOf(readAs("eaf", document(tier("TIER_ID='A'", annotation("ts1", "ts2", "a")),
                                            "<HEADER><MEDIA_DESCRIPTOR MEDIA_URL='file:///a.mp4' "
                                            "TIME_ORIGIN='5000'/></HEADER>"))),
              Cues{"6000-7000 a"});
}

// Shots with times, and a tier whose annotations refer to them.
std::string shotsWith(const std::string& text, const std::string& parent = "s1") {
    return "<TIER LINGUISTIC_TYPE_REF='t' TIER_ID='Shots'><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID='s1' "
           "TIME_SLOT_REF1='ts1' TIME_SLOT_REF2='ts2'><ANNOTATION_VALUE>shot 12</ANNOTATION_VALUE>"
           "</ALIGNABLE_ANNOTATION></ANNOTATION></TIER><TIER LINGUISTIC_TYPE_REF='a' PARENT_REF='Shots' "
           "TIER_ID='Audio description'>\n<ANNOTATION><REF_ANNOTATION ANNOTATION_ID='r1' ANNOTATION_REF='" +
           parent + "'><ANNOTATION_VALUE>" + text + "</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION></TIER>";
}

TEST(EafFormat, ATierThatRefersToAnotherIsReadWhereItHoldsMostText) {
    const auto reading = readAs("eaf", document(shotsWith("A dog runs along the beach")));
    EXPECT_EQ(cuesOf(reading), Cues{"1000-2000 A dog runs along the beach"});
    ASSERT_EQ(reading.warnings.size(), 1U);
    EXPECT_NE(reading.warnings[0].message.find("\"Audio description\""), std::string::npos);

    const auto shots = readAs("eaf", document(shotsWith("dog")));
    EXPECT_EQ(cuesOf(shots), Cues{"1000-2000 shot 12"});
    ASSERT_EQ(shots.warnings.size(), 1U);
    EXPECT_NE(shots.warnings[0].message.find("not read was the tier \"Audio description\""), std::string::npos);
}

TEST(EafFormat, AnAnnotationThatRefersToNoneOrToItselfIsToldOf) {
    for (const char* parent : {"nowhere", "r1"}) {
        EXPECT_NE(test::corruptionOf("eaf", document(shotsWith("A dog runs along the beach", parent)))
                      .find("has no start or no end"),
                  std::string::npos);
    }
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

TEST(EafFormat, ManyAnnotationsThatLeadToNoTimeTakeTimeInProportion) {
    // Many that begin at a slot with a time, and all lead into one chain of slots without.
    constexpr int kMany = 30'000;
    std::string slots;
    std::string annotations;
    for (int i = 0; i < kMany; ++i) {
        slots += "<TIME_SLOT TIME_SLOT_ID='s" + std::to_string(i) + "' TIME_VALUE='1'/>";
        annotations += annotation("s" + std::to_string(i), "c0", "a");
        annotations += annotation("c" + std::to_string(i), "c" + std::to_string(i + 1), "b");
    }
    const auto reading = EafFormat().read("<ANNOTATION_DOCUMENT><TIME_ORDER>" + slots + "</TIME_ORDER>" +
                                          tier("TIER_ID='A'", annotations) + "</ANNOTATION_DOCUMENT>");
    EXPECT_FALSE(reading) << "no annotation has an end";
}

TEST(EafFormat, ManyTiersTakeTimeInProportion) {
    constexpr int kMany = 30'000;
    std::string annotations;
    std::string tiers;
    for (int i = 0; i < kMany; ++i) {
        annotations +=
            "<ANNOTATION><REF_ANNOTATION ANNOTATION_REF='a'><ANNOTATION_VALUE>word</ANNOTATION_VALUE>"
            "</REF_ANNOTATION></ANNOTATION>";
        tiers += tier("TIER_ID='B' PARENT_REF='P'", "<ANNOTATION><REF_ANNOTATION/></ANNOTATION>");
    }
    const auto reading = EafFormat().read(document(tier("TIER_ID='P'", annotation("ts1", "ts2", "x")) +
                                                   tier("TIER_ID='A' PARENT_REF='P'", annotations) + tiers));
    ASSERT_TRUE(reading) << reading.error().message;
    EXPECT_EQ(reading->track.cues.size(), static_cast<std::size_t>(kMany));
}

}  // namespace
}  // namespace sightline
