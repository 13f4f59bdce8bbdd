// Opens and checks a bundle file before any of its code is loaded.
#pragma once

#include <filesystem>
#include <string>

#include "core/base/result.h"
#include "core/inference/manifest.h"
#include "core/inference/vocabulary.h"

namespace sightline {

struct Bundle {
    Manifest manifest;
    Vocabulary vocabulary;
    std::string encoder;  // a TorchScript archive of its own; the decoder is the bundle file itself
};

// What the bundle says about itself, without a look at the rest: quick for the largest file. Any thread. Errors: as
// readBundle(), for damage only as far as it shows here.
Result<Manifest> readManifest(const std::filesystem::path& path);

// Reads manifest, vocabulary and encoder and checks the digest over all other records
// (models/sightline_models/bundle.py). Any thread. Errors: NotFound; Model for a foreign, truncated, damaged or newer
// file.
Result<Bundle> readBundle(const std::filesystem::path& path);

}  // namespace sightline
