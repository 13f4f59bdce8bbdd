// One picture with its caption in the file's metadata.
#pragma once

#include <filesystem>
#include <string>

#include "core/base/result.h"
#include "core/media/image.h"

namespace sightline {

struct SnapshotText {
    std::string caption;
    std::string source;  // where the picture is from
    std::string taken;   // ISO 8601
};

// PNG with iTXt chunks ("Description", "Source", "Creation Time", "Software"), or JPEG with an XMP packet
// (dc:description, dc:source, xmp:CreateDate, xmp:CreatorTool), by the name's extension. Replaces a file of that name
// as a whole. Errors: Unsupported (another extension), NotFound, Io. Any thread.
Result<void> writeSnapshot(const Image& image, const SnapshotText& text, const std::filesystem::path& path);

}  // namespace sightline
