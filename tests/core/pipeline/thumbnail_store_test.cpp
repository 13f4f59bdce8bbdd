#include "core/pipeline/thumbnail_store.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "core/media/files/ffmpeg_file_source.h"
#include "tests/support/eventually.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

std::filesystem::path sound(const std::string& name) { return std::filesystem::path(SIGHTLINE_SOUNDS) / name; }

class ThumbnailStoreTest : public testing::Test {
protected:
    std::shared_ptr<const Image> get(ThumbnailStore& store, MediaTime time, bool exact = false) {
        std::shared_ptr<const Image> image;
        wakeups_.waitFor([&] {
            const auto found = store.find(time);
            image = found.exact || !exact ? found.image : nullptr;
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

// A video whose only keyframe is its first picture would otherwise look like a still.
TEST_F(ThumbnailStoreTest, SoonTheFrameOfTheTimeItselfIsShown) {
    ThumbnailStore store(sound("flashes.mp4"), {.height = 36}, ready_);
    const auto source = openVideoFile(sound("flashes.mp4")).value();
    for (const MediaTime time : {3900ms, 2000ms, 5500ms, 2040ms, 1999ms, 0ms}) {
        const auto image = get(store, time, true);
        ASSERT_TRUE(image);
        ASSERT_TRUE(source->seek(time));
        const auto frame = source->read().value();
        const Image wanted = shrunk(frame.image, frame.pixelAspect, 36);
        ASSERT_EQ(image->sizeBytes(), wanted.sizeBytes());
        EXPECT_TRUE(std::equal(image->data(), image->data() + image->sizeBytes(), wanted.data())) << toSeconds(time);
    }
}

TEST_F(ThumbnailStoreTest, AFoundPictureStaysForTheTimesItStandsFor) {
    ThumbnailStore store(sound("flashes.mp4"), {}, ready_);
    const auto image = get(store, 3500ms, true);
    ASSERT_TRUE(image);
    EXPECT_EQ(store.find(3500ms).image, image);
    EXPECT_TRUE(store.find(3501ms).exact) << "the same frame";
    EXPECT_FALSE(store.find(2700ms).exact) << "by its keyframe until then";
    EXPECT_TRUE(store.find(2700ms).image);
}

TEST_F(ThumbnailStoreTest, MemoryIsBounded) {
    const std::size_t one = 64 * 64 * 4;
    ThumbnailStore store(sound("flashes.mp4"), {.height = 64, .cacheBytes = 2 * one}, ready_);
    for (const MediaTime time : {1s, 3s, 5s, 1s, 3s}) {
        ASSERT_TRUE(get(store, time, true));
        EXPECT_LE(store.cachedBytes(), 2 * one);
    }
    EXPECT_TRUE(store.find(3s).exact);
}

TEST_F(ThumbnailStoreTest, AFileThatIsNoVideoHasNone) {
    ThumbnailStore store(test::fixture("noise.mp4"), {}, ready_);
    EXPECT_EQ(store.find(0ms).image, nullptr);
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
