// A file's earlier content, kept under a name of its own before the file is replaced.
#pragma once

#include <filesystem>

#include "core/base/result.h"

namespace sightline {

// Whether a file, a folder or a link, even one to nothing, stands at `path`.
bool isTaken(const std::filesystem::path& path);

// Gives the content of `path` the first free name of NAME~1, NAME~2, ... as well, and returns it; `path` stays. Through
// a link, the content that it leads to. Any thread. Error: Io (no room, no permission), with nothing changed.
Result<std::filesystem::path> keepFormerFile(const std::filesystem::path& path);

}  // namespace sightline
