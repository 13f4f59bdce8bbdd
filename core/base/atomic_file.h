// Files that are replaced as a whole or not at all.
#pragma once

#include <filesystem>
#include <string_view>

#include "core/base/result.h"

namespace sightline {

// Why `path` could not be written, from an errno, with a fix: NotFound without its folder, else Io.
Error writeError(const std::filesystem::path& path, int problem);

// Writes `bytes` to a temporary file beside `path`, flushes it to the disk and renames it, so that a crash leaves the
// old file or the new one. Any thread. Errors, with the old file untouched: NotFound (no such folder), Io (no
// permission, no room).
Result<void> writeFileAtomically(const std::filesystem::path& path, std::string_view bytes);

}  // namespace sightline
