// Opens and checks a bundle file before any of its code is loaded.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/base/result.h"
#include "core/inference/manifest.h"
#include "core/inference/vocabulary.h"
#include "core/inference/zip_archive.h"

namespace sightline {

enum class BundleOrigin : std::uint8_t {
    Verified,  // came with this release, to the last byte
    Imported,  // made of somebody else's model
    Foreign,   // laid out as ours, but not made by this release
};

const char* originName(BundleOrigin origin);  // "verified", "imported", "not made by this release"

struct Bundle {
    Manifest manifest;
    Vocabulary vocabulary;
    std::string encoder;  // a TorchScript archive of its own; the decoder is the bundle file itself
    ZipArchive archive;   // that file, open: what is read of it is what was checked
    std::string folder;   // in which its records lie, "archive/"
};

// The folder in which all records of a TorchScript archive lie, "archive/"; empty where they do not.
std::string folderOf(const ZipArchive& archive);

// What the bundle says about itself, without a look at the rest: quick for the largest file. Any thread. Errors: as
// readBundle(), for damage only as far as it shows here.
Result<Manifest> readManifest(const std::filesystem::path& path);

struct BundleIdentity {
    Manifest manifest;
    std::string digest;  // SHA-256 of manifest.json, which holds the digest of all the rest: no two bundles share it
    BundleOrigin origin = BundleOrigin::Foreign;
};

// Which bundle this is, as quickly as readManifest(), provided that its content is what the manifest says: every
// loading checks that. Any thread. Errors: as readManifest().
Result<BundleIdentity> identifyBundle(const std::filesystem::path& path);

// Reads manifest, vocabulary and encoder and checks the digest over all other records
// (models/sightline_models/bundle.py). Any thread. Errors: NotFound; Model for a foreign, truncated, damaged or newer
// file, or one that claims sizes it cannot have.
Result<Bundle> readBundle(const std::filesystem::path& path);

}  // namespace sightline
