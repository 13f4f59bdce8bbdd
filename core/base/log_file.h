// The log file of the window.
#pragma once

#include <filesystem>

#include "core/base/result.h"

namespace sightline {

// From now on loggers (logging.h) also write into a file in `folder`, which is made: "info" and what is more severe, or
// more where standard error gets more. At most three files of 1 MB are kept. Another process that logs there keeps its
// file, and this one gets another. Returns the file. Once, from the main thread. Error: Io.
Result<std::filesystem::path> startLogFile(const std::filesystem::path& folder);

}  // namespace sightline
