// Whole videos in memory, and seeks compared with them.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "core/media/frame_source.h"

namespace sightline::test {

// The opened file; a failed expectation and null where it cannot be opened.
std::unique_ptr<FrameSource> openOk(const std::filesystem::path& path);

// Every frame up to the end; `end` gets the error that ended the stream.
std::vector<Frame> readAll(FrameSource& source, Error* end = nullptr);

bool samePixels(const Image& a, const Image& b);

enum class Compare : std::uint8_t { Pixels, Times };

// Seeks to `count` random times (fixed seed), forward and back, past the end too, and reads two frames after each: they
// must be the one that a straight reading (`frames`) shows at that time and the one after it. Stops at the first that
// is not.
void expectExactSeeks(FrameSource& source, const std::vector<Frame>& frames, int count, Compare compare);

}  // namespace sightline::test
