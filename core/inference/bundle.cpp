#include "core/inference/bundle.h"

#include <algorithm>
#include <array>
#include <fstream>

// No fmt in files that include LibTorch: it brings fmt headers of its own, of another version.
#include <caffe2/serialize/inline_container.h>

#include "core/base/sha256.h"
#include "core/inference/zip_directory.h"

namespace sightline {
namespace {

constexpr const char* kManifestRecord = "extra/manifest.json";
constexpr const char* kVocabularyRecord = "extra/vocabulary.json";
constexpr const char* kEncoderRecord = "extra/encoder.pt";
constexpr const char* kSerializationRecord = ".data/serialization_id";  // derived while writing, not content
constexpr const char* kOldLayoutRecord = "model.json";                  // of PyTorch 1.0, whose code lies elsewhere
constexpr std::size_t kMostManifestBytes = 1U << 20;
constexpr std::size_t kBytesPerToken = 32;  // of the vocabulary, on average: an entry in base64, quotes and comma
constexpr std::size_t kFewBytes = 4096;     // the vocabulary's own braces, for the smallest ones

// What came with this release: SHA-256 of each manifest.json, made when the build is configured.
constexpr std::array kShipped{SIGHTLINE_SHIPPED_BUNDLES};

std::string record(caffe2::serialize::PyTorchStreamReader& reader, const std::string& name) {
    const auto [data, size] = reader.getRecord(name);
    return {static_cast<const char*>(data.get()), size};
}

std::string contentDigest(caffe2::serialize::PyTorchStreamReader& reader) {
    auto names = reader.getAllRecords();
    std::sort(names.begin(), names.end());
    Sha256 total;
    for (const std::string& name : names) {
        if (name == kManifestRecord || name == kSerializationRecord) {
            continue;
        }
        const auto [data, size] = reader.getRecord(name);
        Sha256 part;
        part.add(data.get(), size);
        const Sha256::Digest digest = part.finish();
        total.add(name.c_str(), name.size() + 1);
        total.add(digest.data(), digest.size());
    }
    return Sha256::hex(total.finish());
}

using Reader = caffe2::serialize::PyTorchStreamReader;

tl::unexpected<Error> refuse(const std::filesystem::path& path, const std::string& why, std::string detail = {}) {
    return fail(ErrorCode::Model, path.string() + " " + why, std::move(detail));
}

// Why the file, or the archive inside it, is not to be opened at all.
tl::unexpected<Error> refuseDirectory(const std::filesystem::path& path, const Error& error) {
    return refuse(path, error.message.empty()
                            ? "is damaged or cut short. Get an intact bundle."
                            : "is damaged or made to do harm: " + error.message + ". Get an intact bundle.");
}

// Another format of LibTorch, which it would take for the zip file's sake.
bool isFlatbuffer(std::string_view file) { return file.size() >= 8 && file.substr(4, 4) == "PTMF"; }

// What `read` makes of the open archive and the text of its manifest.
template <typename T, typename Read>
Result<T> readArchive(const std::filesystem::path& path, const Read& read) {
    std::array<char, 8> magic{};
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return fail(ErrorCode::NotFound, "Cannot open the model " + path.string() +
                                             ": there is no such file, or no permission to read it. Check the name.");
    }
    file.read(magic.data(), 4);
    const std::string_view start(magic.data(), magic.size());
    if (!file || start.substr(0, 4) != "PK\x03\x04") {
        return refuse(path, "is not a Sightline bundle. Choose a bundle such as sightline-base.pt.");
    }
    file.read(magic.data() + 4, 4);
    file.clear();
    file.seekg(0, std::ios::end);
    const auto size = static_cast<std::uint64_t>(std::max<std::streamoff>(file.tellg(), 0));
    const auto checked = checkZipDirectory(size, [&file](std::uint64_t offset, char* to, std::size_t count) {
        file.seekg(static_cast<std::streamoff>(offset));
        file.read(to, static_cast<std::streamsize>(count));
        return file.good();
    });
    if (!checked) {
        return refuseDirectory(path, checked.error());
    }
    try {
        Reader reader(path.string());
        if (isFlatbuffer(start) || reader.hasRecord(kOldLayoutRecord) || !reader.hasRecord(kManifestRecord) ||
            !reader.hasRecord(kVocabularyRecord)) {
            return refuse(path,
                          "is a PyTorch file but not a Sightline bundle: it has no manifest or no vocabulary. Choose a "
                          "bundle such as sightline-base.pt.");
        }
        if (reader.getRecordSize(kManifestRecord) > kMostManifestBytes) {
            return refuse(path, "is damaged or made to do harm: its manifest is too long. Get an intact bundle.");
        }
        const std::string text = record(reader, kManifestRecord);
        auto manifest = parseManifest(text);
        if (!manifest) {
            return refuse(path, "cannot be used. " + manifest.error().message, manifest.error().detail);
        }
        return read(reader, std::move(*manifest), text);
    } catch (const c10::Error& error) {
        return refuse(path, "is damaged or cut short. Get an intact bundle.", error.what_without_backtrace());
    } catch (const std::exception& error) {
        return refuse(path, "is damaged or cut short. Get an intact bundle.", error.what());
    }
}

}  // namespace

const char* originName(BundleOrigin origin) {
    switch (origin) {
        case BundleOrigin::Verified: return "verified";
        case BundleOrigin::Imported: return "imported";
        case BundleOrigin::Foreign: break;
    }
    return "not made by this release";
}

Result<Manifest> readManifest(const std::filesystem::path& path) {
    return readArchive<Manifest>(
        path, [](Reader&, Manifest manifest, const std::string&) -> Result<Manifest> { return manifest; });
}

Result<BundleIdentity> identifyBundle(const std::filesystem::path& path) {
    return readArchive<BundleIdentity>(
        path, [](Reader&, Manifest manifest, const std::string& text) -> Result<BundleIdentity> {
            BundleIdentity identity{std::move(manifest), Sha256::hexOf(text)};
            if (std::ranges::find(kShipped, identity.digest) != kShipped.end()) {
                identity.origin = BundleOrigin::Verified;
            } else if (identity.manifest.imported) {
                identity.origin = BundleOrigin::Imported;
            }
            return identity;
        });
}

Result<Bundle> readBundle(const std::filesystem::path& path) {
    return readArchive<Bundle>(path, [&path](Reader& reader, Manifest manifest, const std::string&) -> Result<Bundle> {
        const auto entries = static_cast<std::size_t>(manifest.vocabularySize);
        if (reader.getRecordSize(kVocabularyRecord) > entries * kBytesPerToken + kFewBytes) {
            return refuse(path, "is damaged or made to do harm: its vocabulary is too long. Get an intact bundle.");
        }
        auto vocabulary = Vocabulary::parse(record(reader, kVocabularyRecord), manifest.cleansUp);
        if (!vocabulary || vocabulary->size() != manifest.vocabularySize || contentDigest(reader) != manifest.sha256) {
            return refuse(path, "is damaged: its content does not match its manifest. Get an intact bundle.");
        }
        std::string encoder = record(reader, kEncoderRecord);
        if (const auto checked = checkZipDirectory(encoder); !checked || isFlatbuffer(encoder)) {
            return refuseDirectory(path, checked ? Error{ErrorCode::Corrupt, {}, {}} : checked.error());
        }
        return Bundle{std::move(manifest), std::move(*vocabulary), std::move(encoder)};
    });
}

}  // namespace sightline
