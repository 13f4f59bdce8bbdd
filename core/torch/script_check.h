// Reads the program code of a bundle that somebody else made, without running any of it.
#pragma once

#include <filesystem>
#include <string>

#include "core/base/result.h"

namespace sightline {

// As TorchFunctions::checkScripts. `encoder`: the archive inside the bundle.
Result<void> checkTorchScripts(const std::filesystem::path& path, std::string encoder);

}  // namespace sightline
