// Animated WebP files, which FFmpeg does not decode, by libwebp.
#pragma once

#include <filesystem>
#include <memory>

#include "core/media/frame_source.h"

namespace sightline {

// Any thread; looks at the first bytes.
bool isAnimatedWebp(const std::filesystem::path& path);

// Its pictures once through, on black where transparent. One whose duration is 10 ms or less lasts 100 ms, as in
// browsers. Seeking back begins at the first picture again, because each leans on those before it; the file is held in
// memory. Errors of the call and of read(): Io, Corrupt (damaged or cut short).
Result<std::unique_ptr<FrameSource>> openAnimatedWebp(const std::filesystem::path& path);

}  // namespace sightline
