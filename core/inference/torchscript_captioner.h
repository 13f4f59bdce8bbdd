// The captioner that runs bundles with LibTorch.
#pragma once

#include <filesystem>
#include <memory>

#include "core/inference/captioner.h"

namespace sightline {

// Loads and checks a bundle, runs it once on a grey picture so that the first real caption is not slow, and verifies
// the shapes it returns. `threads` is the intra-op CPU thread count, set on whatever thread calls caption().
// Sets the process-wide quantized engine, so load bundles one after another.
// Errors: NotFound; Model for a foreign, truncated, damaged or newer file, or one whose network does not fit its
// manifest.
Result<std::unique_ptr<Captioner>> loadCaptioner(const std::filesystem::path& path, int threads);

}  // namespace sightline
