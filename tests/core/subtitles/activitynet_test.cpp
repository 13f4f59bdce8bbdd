#include "core/subtitles/activitynet.h"

#include <gtest/gtest.h>

#include "core/subtitles/subtitle_format.h"
#include "tests/core/subtitles/sample_track.h"

namespace sightline {
namespace {

TEST(ActivityNet, AVideoIsFoundWithAndWithoutThePrefix) {
    EXPECT_EQ(findActivityNetId({"a", "v_clip"}, "/x/clip.mp4"), "v_clip");
    EXPECT_EQ(findActivityNetId({"clip", "v_clip"}, "/x/clip.mp4"), "clip");
    EXPECT_EQ(findActivityNetId({"clip"}, "/x/v_clip.mp4"), "clip");
    EXPECT_EQ(findActivityNetId({"v_v_clip", "cli"}, "clip.mp4"), "");
}

TEST(ActivityNet, WhatIsWrittenOfManyVideosIsReadOfEach) {
    const auto texts = test::hardTexts();
    for (const ActivityNetShape shape : {ActivityNetShape::Captions, ActivityNetShape::Results}) {
        ActivityNetDocument document(shape);
        document.set("b \"x\"", test::trackOf(texts));
        document.set("v_a", test::trackOf({"a dog"}));
        document.set("none", {});
        const std::string written = document.write();
        const auto again = ActivityNetDocument::parse(written, shape);
        ASSERT_TRUE(again) << again.error().message;
        EXPECT_EQ(again->write(), written);
        EXPECT_TRUE(again->has("none"));
        const SubtitleFormat& json = *findSubtitleFormat("json");
        const auto one = json.read(written, {.video = "/x/a.mp4", .videoDuration = {}, .file = {}});
        ASSERT_TRUE(one) << one.error().message;
        ASSERT_EQ(one->track.cues.size(), 1U);
        EXPECT_EQ(one->track.cues[0].text, "a dog");
        const auto other = json.read(written, {.video = "/x/b \"x\".mp4", .videoDuration = {}, .file = {}});
        const auto flat = json.read(json.write(test::trackOf(texts)));
        ASSERT_TRUE(other && flat);
        ASSERT_EQ(other->track.cues.size(), flat->track.cues.size());
        for (std::size_t i = 0; i < flat->track.cues.size(); ++i) {
            EXPECT_EQ(other->track.cues[i].text, flat->track.cues[i].text);
            EXPECT_EQ(other->track.cues[i].start, flat->track.cues[i].start);
        }
    }
}

TEST(ActivityNet, OtherJsonIsNoSuchDocument) {
    for (const char* text :
         {"[]", "7", R"({"version": 1})", R"({"a": {"timestamps": []}})", "{", R"({"results": 7})"}) {
        EXPECT_FALSE(ActivityNetDocument::parse(text, ActivityNetShape::Captions)) << text;
        EXPECT_FALSE(ActivityNetDocument::parse(text, ActivityNetShape::Results)) << text;
    }
}

}  // namespace
}  // namespace sightline
