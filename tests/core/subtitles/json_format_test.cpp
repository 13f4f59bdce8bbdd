#include "core/subtitles/json_format.h"

#include <gtest/gtest.h>

#include "tests/core/subtitles/reading.h"
#include "tests/core/subtitles/sample_track.h"

namespace sightline {
namespace {

using test::Cues;
using test::cuesOf;
using test::readAs;

constexpr const char* kActivityNet = R"({"duration": 82.73, "timestamps": [[0.83, 19.86], [17.37, 60.81]], )"
                                     R"("sentences": ["A young woman is seen.", " The girl dances."]})";

TEST(JsonFormat, HasTheDataSetsMembersAndOurs) {
    CueTrack track = test::trackOf({"a dog", "a cat"});
    track.videoDuration = std::chrono::milliseconds(12'500);
    track.videoName = "clip.mp4";
    EXPECT_EQ(
        JsonFormat().write(track),
        "{\"video\":\"clip.mp4\",\"language\":\"en\",\"duration\":12.5,\"timestamps\":[[0.0,1.0],[1.0,2.0]],"
        "\"sentences\":[\"a dog\",\"a cat\"],\"confidences\":[0.8125,null],\"origins\":[\"model\",\"edited\"]}\n");
}

TEST(JsonFormat, TheDataSetsVideosAreRead) {
    const auto reading = readAs("json", kActivityNet);
    EXPECT_EQ(cuesOf(reading), (Cues{"830-19860 A young woman is seen.", "17370-60810  The girl dances."}));
    EXPECT_EQ(reading.track.videoDuration, std::chrono::milliseconds(82'730));
}

TEST(JsonFormat, TheDataSetsMapOfVideosIsRead) {
    const auto reading = readAs("json", std::string("{\"v_QOlSCBRmfWY\": ") + kActivityNet + "}");
    EXPECT_EQ(reading.track.cues.size(), 2U);
    EXPECT_EQ(reading.track.videoName, "v_QOlSCBRmfWY");
    EXPECT_TRUE(reading.warnings.empty());
}

TEST(JsonFormat, OfSeveralVideosTheFirstIsReadAndTheOthersAreTold) {
    const auto reading = readAs("json", std::string("{\"v_b\": ") + kActivityNet +
                                            ", \"v_a\": {\"timestamps\": [[1, 2]], \"sentences\": [\"a\"]}}");
    EXPECT_EQ(cuesOf(reading), Cues{"1000-2000 a"});
    ASSERT_EQ(reading.warnings.size(), 1U);
    EXPECT_NE(reading.warnings[0].message.find("2 videos; those of v_a"), std::string::npos)
        << reading.warnings[0].message;
}

TEST(JsonFormat, NanosecondsAndTheDurationComeBack) {
    CueTrack track = test::trackOf({"a dog"});
    track.cues[0].start = MediaTime(3'723'123'456'789);
    track.cues[0].end = MediaTime(86'399'999'999'999);
    track.videoDuration = MediaTime(86'400'000'000'001);
    EXPECT_EQ(readAs("json", JsonFormat().write(track)).track, track);
}

TEST(JsonFormat, ACueThatIsNoneIsLeftOutAndTold) {
    const auto reading = readAs("json", R"({"timestamps": [[0, 1], [2], ["a", 3], [1e300, 4], [5, 6], [8, 7]], )"
                                        R"("sentences": ["a", "b", "c", "d", 5, "f"]})");
    EXPECT_EQ(cuesOf(reading), Cues{"0-1000 a"});
    EXPECT_EQ(reading.skippedCues, 5U);
}

TEST(JsonFormat, MoreSentencesThanTimesAreAnError) {
    const std::string message = test::corruptionOf("json", R"({"timestamps": [[0, 1]], "sentences": ["a", "b"]})");
    EXPECT_TRUE(message.starts_with("It has 1 timestamps for 2 sentences")) << message;
}

TEST(JsonFormat, WhatIsNoJsonIsAnErrorThatNamesTheLine) {
    const std::string message = test::corruptionOf("json", "{\"timestamps\": [\n[0, 1],\n[2 3]\n]}");
    EXPECT_TRUE(message.starts_with("Line 3 is not JSON")) << message;
}

TEST(JsonFormat, DeepNestingIsAnError) {
    EXPECT_NE(test::corruptionOf("json", std::string(200'000, '[') + std::string(200'000, ']')).find("nest too deep"),
              std::string::npos);
    EXPECT_FALSE(test::corruptionOf("json", std::string(200'000, '[')).empty());
}

}  // namespace
}  // namespace sightline
