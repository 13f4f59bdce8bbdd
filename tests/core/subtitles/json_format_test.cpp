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

constexpr const char* kMap = R"({"v_a": {"duration": 9, "timestamps": [[0, 9]], "sentences": ["other"]}, )"
                             R"("v_clip": {"duration": 4, "timestamps": [[0, 2]], "sentences": ["mine"]}})";
constexpr const char* kResults =
    R"({"version": "VERSION 1.0", "results": {"v_a": [], "v_clip": [{"sentence": "a dog", "timestamp": [0.0, 2.5]}, )"
    R"({"timestamp": [2.5, 4], "sentence": "a cat"}, {"sentence": "no times"}]}, "external_data": {"used": false}})";

TEST(JsonFormat, OfManyVideosTheRightOneIsRead) {
    for (const char* video : {"/films/v_clip.mp4", "/films/clip.mkv"}) {
        const auto mapped = JsonFormat().read(kMap, {.video = video, .videoDuration = {}, .file = {}});
        ASSERT_TRUE(mapped) << mapped.error().message;
        EXPECT_EQ(cuesOf(*mapped), Cues{"0-2000 mine"});
        EXPECT_TRUE(mapped->warnings.empty());
        const auto submitted = JsonFormat().read(kResults, {.video = video, .videoDuration = {}, .file = {}});
        ASSERT_TRUE(submitted) << submitted.error().message;
        EXPECT_EQ(cuesOf(*submitted), (Cues{"0-2500 a dog", "2500-4000 a cat"}));
        EXPECT_EQ(submitted->skippedCues, 1U);
    }
}

TEST(JsonFormat, AVideoThatIsNotAmongThemIsAnErrorThatNamesThoseThatAre) {
    for (const char* file : {kMap, kResults}) {
        const auto reading = JsonFormat().read(file, {.video = "/films/dog.mp4", .videoDuration = {}, .file = {}});
        ASSERT_FALSE(reading);
        EXPECT_EQ(reading.error().code, ErrorCode::NotFound);
        EXPECT_NE(reading.error().message.find("than dog: v_a, v_clip."), std::string::npos) << reading.error().message;
    }
}

TEST(JsonFormat, ASubmissionWithoutAKnownVideoIsItsFirst) {
    const auto reading =
        readAs("json", R"({"version": "1", "results": {"v_b": [{"sentence": "b", "timestamp": [0, 1]}]}})");
    EXPECT_EQ(cuesOf(reading), Cues{"0-1000 b"});
    EXPECT_EQ(reading.track.videoName, "v_b");
}

TEST(JsonFormat, SegmentsOfSpeechRecognisersAreRead) {
    struct Case {
        const char* name;
        const char* file;
    };
    for (const Case& tried : {
             Case{"Whisper",
                  R"({"text": " a b", "segments": [{"id": 0, "seek": 0, "start": 0.5, "end": 1.5, "text": " a", )"
                  R"("tokens": [1]}, {"id": 1, "start": 1.5, "end": 2, "text": " b"}], "language": "de"})"},
             Case{"whisper.cpp", R"({"model": {"type": "base"}, "result": {"language": "de"}, "transcription": [)"
                                 R"({"timestamps": {"from": "00:00:00,500", "to": "00:00:01,500"}, )"
                                 R"("offsets": {"from": 500, "to": 1500}, "text": " a"}, )"
                                 R"({"timestamps": {"from": "00:00:01,500", "to": "00:00:02,000"}, "text": " b"}]})"},
             Case{"milliseconds", R"({"language": "de", "segments": [{"start_ms": 500, "end_ms": 1500, "text": "a"}, )"
                                  R"({"start_ms": 1500, "end_ms": 2000, "text": "b"}]})"},
             Case{"YouTube", R"({"language": "de", "events": [{"tStartMs": 0, "wpWinPosId": 1}, )"
                             R"({"tStartMs": 500, "dDurationMs": 1000, "segs": [{"utf8": "a"}]}, )"
                             R"({"tStartMs": 1500, "dDurationMs": 500, "segs": [{"utf8": "b"}, {"utf8": "\n"}]}]})"},
         }) {
        const auto reading = readAs("json", tried.file);
        EXPECT_EQ(cuesOf(reading), (Cues{"500-1500 a", "1500-2000 b"})) << tried.name;
        EXPECT_EQ(reading.track.language, "de") << tried.name;
        EXPECT_TRUE(reading.warnings.empty()) << tried.name;
        EXPECT_TRUE(JsonFormat().recognises(tried.file)) << tried.name;
    }
}

TEST(JsonFormat, ListsOfSegmentsAreRead) {
    EXPECT_EQ(cuesOf(readAs("json", R"([{"start": 0.5, "end": 1.5, "content": "a"}])")), Cues{"500-1500 a"});
    EXPECT_EQ(cuesOf(readAs("json", R"([{"text": "a", "start": 0.5, "duration": 1}])")), Cues{"500-1500 a"});
    EXPECT_EQ(cuesOf(readAs("json", R"([{"start": "00:00:00.500", "end": "1.5", "text": "a"}])")), Cues{"500-1500 a"});
    EXPECT_EQ(cuesOf(readAs("json",
                            R"([{"start": 0, "end": 2480, "text": "a"}, {"start": 2480, "end": 5120, "text": "b"}])")),
              (Cues{"0-2480 a", "2480-5120 b"}));
}

TEST(JsonFormat, ASegmentThatIsNoneIsLeftOutAndTold) {
    const auto reading =
        readAs("json", R"({"segments": [{"start": 0, "end": 1.5, "text": "a"}, {"start": 2, "text": "b"}, 7]})");
    EXPECT_EQ(cuesOf(reading), Cues{"0-1500 a"});
    EXPECT_EQ(reading.skippedCues, 2U);
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
