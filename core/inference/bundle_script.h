// Reads the program code of a bundle that somebody else made, without running any of it.
#pragma once

#include <filesystem>

#include "core/base/result.h"

namespace sightline {

// Refuses what no captioner needs: operators other than those of networks (network_operators.h), loops but over a few
// numbers, objects of LibTorch's own but packed weights, and tensors that claim more numbers than the archive
// has. LibTorch runs code of a bundle while it loads it, so this comes first. Compiling and unpickling are LibTorch's
// and trust their input: call it in a process that may crash (bundle_check.h). Any thread. Errors: as readBundle();
// Model, naming what it refuses; Unsupported without LibTorch.
Result<void> checkScripts(const std::filesystem::path& path);

}  // namespace sightline
