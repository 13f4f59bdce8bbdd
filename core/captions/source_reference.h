// Which video a project belongs to, known again after it was moved or renamed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/base/result.h"

namespace sightline {

struct SourceReference {
    std::filesystem::path path;  // absolute, as it was last seen
    std::uint64_t bytes = 0;
    std::string fingerprint;  // SHA-256, hex, of the length and of the first and last MiB

    bool operator==(const SourceReference&) const = default;
};

// Any thread; reads at most 2 MiB. Errors: NotFound, Io.
Result<SourceReference> referTo(const std::filesystem::path& video);

// Where the video is now: at its old place, or beside the project, under its old name or another. The name may have
// lost bytes that are no UTF-8 when the project was written. Empty when it is not found.
std::filesystem::path locate(const SourceReference& source, const std::filesystem::path& project);

}  // namespace sightline
