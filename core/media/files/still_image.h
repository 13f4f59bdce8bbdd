// Pictures from files: JPEG, PNG, WebP, BMP, TIFF by OpenCV's codecs, HEIC and AVIF by libheif, others by FFmpeg's.
#pragma once

#include <filesystem>

#include "core/base/result.h"
#include "core/media/image.h"

namespace sightline {

// Whether it is one picture; what moves (GIF, APNG, animated WebP, JPEGs one after another) is a video. Any thread.
bool isStillImage(const std::filesystem::path& path);

// The decoded picture, turned upright by its EXIF orientation, HEIC and AVIF by their own (heif_image.h). Any thread.
// Errors: NotFound, Io, Corrupt (damaged or cut short), Unsupported (no decoder here).
Result<Image> readStillImage(const std::filesystem::path& path);

}  // namespace sightline
