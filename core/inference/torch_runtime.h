// What belongs to LibTorch as a whole, not to one captioner.
#pragma once

#include <string>

#include "core/base/result.h"

namespace sightline {

std::string libTorchVersion();  // "2.4.1"

// Threads that run independent branches of a network side by side. LibTorch takes this once per process, before its
// first network runs. Error: Unsupported, when it is too late.
Result<void> setInterOpThreads(int threads);

}  // namespace sightline
