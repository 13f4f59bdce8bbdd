#include "core/annotate/hand_edits.h"

#include <gtest/gtest.h>

namespace sightline {
namespace {

using namespace std::chrono_literals;

CueTrack example() {
    CueTrack track;
    track.title = "Descriptions";
    track.videoName = "clip.mp4";
    track.videoDuration = 10s;
    track.cues = {{0ns, 1'033'366'667ns, "a dog runs", 0.25, CueOrigin::Model},
                  {2s, 3s, "a dog \"sits\"", 0.5, CueOrigin::Model},
                  {4s, 5s, "a cat", 0.75, CueOrigin::Edited}};
    return track;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const auto at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what << " in " << text;
    return text.replace(at, what.size(), by);
}

TEST(HandEdits, AnEditedTextIsFoundInEveryFormatAndTheOtherCuesStayTheSame) {
    for (const SubtitleFormat* format : subtitleFormats()) {
        const auto track = readWhole(replaced(format->write(example()), "a cat", "two cats"), *format);
        ASSERT_TRUE(track) << format->name() << ": " << track.error().message;
        const auto cues = withHandEdits(example(), *format, *track);
        ASSERT_TRUE(cues) << format->name() << ": " << cues.error().message;
        ASSERT_EQ(cues->size(), 3U) << format->name();
        EXPECT_EQ((*cues)[0], example().cues[0]) << format->name();
        EXPECT_EQ((*cues)[1], example().cues[1]) << format->name();
        EXPECT_EQ((*cues)[2].text, "two cats") << format->name();
        EXPECT_EQ((*cues)[2].origin, CueOrigin::Edited) << format->name();
    }
}

TEST(HandEdits, CuesThatWereTakenOutMovedOrNumberedAnewAreEdits) {
    const SubtitleFormat& srt = *findSubtitleFormat("srt");
    const auto track = readWhole(
        "\xEF\xBB\xBF"
        "7\r\n00:00:02,000 --> 00:00:03,500\r\na dog \"sits\"\r\n\r\n"
        "9\r\n00:00:04,000 --> 00:00:05,000\r\na cat\r\n\r\n",
        srt);
    ASSERT_TRUE(track) << track.error().message;
    const auto cues = withHandEdits(example(), srt, *track);
    ASSERT_TRUE(cues);
    ASSERT_EQ(cues->size(), 2U);
    EXPECT_EQ((*cues)[0].end, 3500ms);
    EXPECT_EQ((*cues)[0].origin, CueOrigin::Edited);
    EXPECT_EQ((*cues)[1], example().cues[2]);
}

TEST(HandEdits, AFileThatHoldsMoreThanItsCuesIsNotReadWhole) {
    const auto isWhole = [](const char* format, const std::string& text) {
        return readWhole(text, *findSubtitleFormat(format)).has_value();
    };
    const auto written = [](const char* format) { return findSubtitleFormat(format)->write(example()); };
    for (const SubtitleFormat* format : subtitleFormats()) {
        EXPECT_TRUE(isWhole(std::string(format->name()).c_str(), format->write(example()))) << format->name();
    }
    EXPECT_FALSE(isWhole("srt", replaced(written("srt"), "a cat", "<i>a cat</i>")));
    EXPECT_FALSE(isWhole("srt", replaced(written("srt"), "00:00:02,000 --> ", "00:00:xx --> ")));
    EXPECT_FALSE(isWhole("vtt", replaced(written("vtt"), "a cat", "a cat\n\nNOTE by me\n")));
    EXPECT_FALSE(isWhole("ass", replaced(written("ass"), "a cat", "{\\pos(1,2)}a cat")));
    EXPECT_FALSE(isWhole("json", replaced(written("json"), "{", "{\"mine\": 1,")));
    EXPECT_FALSE(isWhole("csv", "time,sensor\n1.0,20\n2.0,21\n"));
}

TEST(HandEdits, AChangedTitleIsNoEditOfACue) {
    const SubtitleFormat& ass = *findSubtitleFormat("ass");
    const auto track = readWhole(replaced(ass.write(example()), "Descriptions", "My title"), ass);
    ASSERT_TRUE(track) << track.error().message;
    EXPECT_FALSE(withHandEdits(example(), ass, *track));
}

}  // namespace
}  // namespace sightline
