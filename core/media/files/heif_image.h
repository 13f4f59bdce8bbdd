// Pictures of HEIF files: HEIC and AVIF, as phones take them.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/media/image.h"

namespace sightline {

// Whether a file that begins with `bytes` (12 or more) is one with pictures; sequences (animated AVIF) are videos.
bool isHeif(std::string_view bytes);

// The primary picture, by libheif: tiles joined, cropped, turned and mirrored as the file's own properties say. Its
// EXIF orientation counts for nothing, as in browsers (ISO/IEC 23008-12, 6.5.10: only properties turn). Any thread.
// `name` is the file's, for messages. Errors: Corrupt (damaged or cut short), Unsupported (coded in a way unknown
// here).
Result<Image> readHeif(const std::string& bytes, const std::string& name);

}  // namespace sightline
