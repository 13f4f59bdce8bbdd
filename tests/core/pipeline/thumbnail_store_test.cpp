#include "core/pipeline/thumbnail_store.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/eventually.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

std::filesystem::path sound(const std::string& name) { return std::filesystem::path(SIGHTLINE_SOUNDS) / name; }

class ThumbnailStoreTest : public testing::Test {
protected:
    std::shared_ptr<const Image> get(ThumbnailStore& store, MediaTime time) {
        std::shared_ptr<const Image> image;
        wakeups_.waitFor([&] {
            image = store.find(time);
            return image != nullptr;
        });
        return image;
    }

    test::Wakeups wakeups_;
    std::function<void(MediaTime)> ready_ = [this](MediaTime) { wakeups_(); };
};

TEST_F(ThumbnailStoreTest, APictureHasTheDisplayedShape) {
    ThumbnailStore store(test::fixture("rotate90.mp4"), {.height = 60}, ready_);
    const auto image = get(store, 0ms);
    ASSERT_TRUE(image);
    const auto whole = KeyframeReader::open(test::fixture("rotate90.mp4")).value()->at(0ms, 240).value();
    EXPECT_EQ(image->height(), 60);
    EXPECT_NEAR(static_cast<double>(image->width()) / image->height(),
                static_cast<double>(whole.image.width()) / whole.image.height(), 0.02);
}

TEST_F(ThumbnailStoreTest, TheKeyframeBeforeATimeIsShown) {
    // Keyframes every 2 s.
    const auto reader = KeyframeReader::open(sound("flashes.mp4")).value();
    for (const auto& [time, key] : std::vector<std::pair<MediaTime, MediaTime>>{
             {0ms, 0ms}, {1990ms, 0ms}, {2000ms, 2s}, {3999ms, 2s}, {5s, 4s}, {100s, 4s}, {2500ms, 2s}}) {
        const auto keyframe = reader->at(time, 36);
        ASSERT_TRUE(keyframe);
        EXPECT_EQ(keyframe->pts, key) << toSeconds(time);
    }
}

TEST_F(ThumbnailStoreTest, AFoundPictureStaysForTheTimesItStandsFor) {
    ThumbnailStore store(sound("flashes.mp4"), {}, ready_);
    const auto image = get(store, 3500ms);
    ASSERT_TRUE(image);
    EXPECT_EQ(store.find(3500ms), image);
    EXPECT_EQ(store.find(2s), image);
    EXPECT_EQ(store.find(2700ms), image);
    const auto other = get(store, 1s);
    EXPECT_NE(other, image);
    EXPECT_EQ(store.find(2700ms), image);
}

TEST_F(ThumbnailStoreTest, MemoryIsBounded) {
    const std::size_t one = 64 * 64 * 4;
    ThumbnailStore store(sound("flashes.mp4"), {.height = 64, .cacheBytes = 2 * one}, ready_);
    for (const MediaTime time : {1s, 3s, 5s, 1s, 3s}) {
        ASSERT_TRUE(get(store, time));
        EXPECT_LE(store.cachedBytes(), 2 * one);
    }
    EXPECT_TRUE(store.find(1s)) << "the one used last but one is gone";
}

TEST_F(ThumbnailStoreTest, AFileThatIsNoVideoHasNone) {
    ThumbnailStore store(test::fixture("noise.mp4"), {}, ready_);
    EXPECT_EQ(store.find(0ms), nullptr);
}

TEST_F(ThumbnailStoreTest, ItCanBeLeftAtAnyMoment) {
    for (int i = 0; i < 20; ++i) {
        ThumbnailStore store(sound("flashes.mp4"), {}, ready_);
        for (int second = 0; second < 200; ++second) {
            store.find(second * 30ms);
        }
    }
}

}  // namespace
}  // namespace sightline
