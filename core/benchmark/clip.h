// The pictures of a benchmark.
#pragma once

#include <filesystem>
#include <vector>

#include "core/base/result.h"
#include "core/media/image.h"

namespace sightline {

// `count` pictures, evenly over the video's length. Errors: those of reading a video; Unsupported, when it has fewer.
Result<std::vector<Image>> readClip(const std::filesystem::path& path, int count);

}  // namespace sightline
