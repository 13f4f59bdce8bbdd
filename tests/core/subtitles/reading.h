// Short ways to say what a reader should make of a file.
#pragma once

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/subtitles/subtitle_format.h"

namespace sightline::test {

// What was read; fails the test and is empty when there was an error.
inline SubtitleReading readAs(std::string_view format, std::string_view content) {
    auto reading = findSubtitleFormat(format)->read(content);
    EXPECT_TRUE(reading) << reading.error().message;
    return reading ? *reading : SubtitleReading();
}

// The cues as "1000-2500 text", times in milliseconds.
inline std::vector<std::string> cuesOf(const SubtitleReading& reading) {
    std::vector<std::string> cues;
    for (const Cue& cue : reading.track.cues) {
        cues.push_back(fmt::format("{}-{} {}", cue.start / std::chrono::milliseconds(1),
                                   cue.end / std::chrono::milliseconds(1), cue.text));
    }
    return cues;
}

using Cues = std::vector<std::string>;

// The message of the error; fails the test when there was none or it is of another kind.
inline std::string corruptionOf(std::string_view format, std::string_view content) {
    const auto reading = findSubtitleFormat(format)->read(content);
    EXPECT_FALSE(reading);
    if (reading) {
        return {};
    }
    EXPECT_EQ(reading.error().code, ErrorCode::Corrupt);
    return reading.error().message;
}

}  // namespace sightline::test
