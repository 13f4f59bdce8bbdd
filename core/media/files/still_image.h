// Pictures from files (JPEG, PNG, WebP, BMP, TIFF, ...), by OpenCV's codecs.
#pragma once

#include <filesystem>

#include "core/base/result.h"
#include "core/media/image.h"

namespace sightline {

// True if the file's first bytes are those of a picture format that readStillImage knows. Any thread.
bool isStillImage(const std::filesystem::path& path);

// The decoded picture, turned upright by its EXIF orientation. Any thread.
// Errors: NotFound, Io, Corrupt (damaged or cut short).
Result<Image> readStillImage(const std::filesystem::path& path);

}  // namespace sightline
