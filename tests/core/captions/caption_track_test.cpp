#include "core/captions/caption_track.h"

#include <gtest/gtest.h>

namespace sightline {
namespace {

Caption numbered(std::uint64_t number) {
    Caption caption;
    caption.frameId = number;
    return caption;
}

TEST(CaptionTrack, TheLatestIsTheLastAppended) {
    CaptionTrack track;
    EXPECT_FALSE(track.latest());
    track.append(numbered(1));
    track.append(numbered(2));
    EXPECT_EQ(track.latest()->frameId, 2U);
    EXPECT_EQ(track.size(), 2U);
}

TEST(CaptionTrack, BeyondItsCapacityTheOldestGoes) {
    CaptionTrack track(3);
    for (std::uint64_t i = 0; i < 5; ++i) {
        track.append(numbered(i));
    }
    const auto all = track.all();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all.front().frameId, 2U);
    EXPECT_EQ(all.back().frameId, 4U);
}

TEST(CaptionTrack, AfterARestartLateCaptionsOfTheOldSourceStayOut) {
    CaptionTrack track;
    track.append(numbered(1));
    track.restart(5);
    EXPECT_EQ(track.size(), 0U);
    Caption late = numbered(2);
    late.generation = 4;
    track.append(late);
    EXPECT_EQ(track.size(), 0U);
    late.generation = 5;
    track.append(late);
    EXPECT_EQ(track.size(), 1U);
}

}  // namespace
}  // namespace sightline
