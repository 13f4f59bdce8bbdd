#include "tests/support/videos.h"

#include <algorithm>
#include <cstring>
#include <random>

#include <gtest/gtest.h>

#include "core/media/files/ffmpeg_file_source.h"

namespace sightline::test {
namespace {

testing::AssertionResult isFrame(const Result<Frame>& found, const Frame& expected, Compare compare) {
    if (!found) {
        return testing::AssertionFailure() << found.error().message << " instead of " << toSeconds(expected.pts);
    }
    if (found->pts != expected.pts) {
        return testing::AssertionFailure() << toSeconds(found->pts) << " instead of " << toSeconds(expected.pts);
    }
    if (compare == Compare::Pixels && !samePixels(found->image, expected.image)) {
        return testing::AssertionFailure() << "other pixels at " << toSeconds(expected.pts);
    }
    return testing::AssertionSuccess();
}

}  // namespace

std::unique_ptr<FrameSource> openOk(const std::filesystem::path& path) {
    auto source = openVideoFile(path);
    EXPECT_TRUE(source) << path << ": " << (source ? "" : source.error().message);
    return source ? std::move(*source) : nullptr;
}

std::vector<Frame> readAll(FrameSource& source, Error* end) {
    std::vector<Frame> frames;
    while (true) {
        auto frame = source.read();
        if (!frame) {
            if (end) {
                *end = frame.error();
            }
            return frames;
        }
        frames.push_back(std::move(*frame));
    }
}

bool samePixels(const Image& a, const Image& b) {
    return a.width() == b.width() && a.height() == b.height() && std::memcmp(a.data(), b.data(), a.sizeBytes()) == 0;
}

void expectExactSeeks(FrameSource& source, const std::vector<Frame>& frames, int count, Compare compare) {
    ASSERT_FALSE(frames.empty());
    std::mt19937 random(7);
    const MediaTime end = frames.back().pts + std::max<MediaTime>(frames.back().duration, std::chrono::milliseconds(1));
    for (int i = 0; i < count; ++i) {
        MediaTime time(std::uniform_int_distribution<MediaTime::rep>(0, end.count() * 21 / 20)(random));
        if (i % 8 == 0) {  // a time that a frame starts at, to the nanosecond
            time = frames[std::uniform_int_distribution<std::size_t>(0, frames.size() - 1)(random)].pts;
        }
        const auto sought = source.seek(time);
        ASSERT_TRUE(sought) << "to " << toSeconds(time) << ": " << sought.error().message;
        const auto after =
            std::upper_bound(frames.begin(), frames.end(), time, [](MediaTime t, const Frame& f) { return t < f.pts; });
        // Before the first one, it is the nearest there is.
        const Frame& expected = after == frames.begin() ? frames.front() : *std::prev(after);
        ASSERT_TRUE(isFrame(source.read(), expected, compare)) << "sought " << toSeconds(time) << ", seek " << i;
        if (const Frame* next = &expected + 1; i % 2 == 0 && next != frames.data() + frames.size()) {
            ASSERT_TRUE(isFrame(source.read(), *next, compare))
                << "after the one sought at " << toSeconds(time) << ", seek " << i;
        }
    }
}

}  // namespace sightline::test
