// Runs a bundle's networks in LibTorch.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/inference/manifest.h"
#include "core/inference/scripted_networks.h"

namespace sightline {

// As TorchFunctions::loadNetworks.
Result<std::unique_ptr<ScriptedNetworks>> loadTorchNetworks(const std::filesystem::path& path, const Manifest& manifest,
                                                            std::string encoder, int threads);

}  // namespace sightline
