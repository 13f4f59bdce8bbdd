#include "core/inference/bundle.h"

#include <algorithm>
#include <array>
#include <fstream>

// No fmt in files that include LibTorch: it brings fmt headers of its own, of another version.
#include <caffe2/serialize/inline_container.h>

#include "core/base/sha256.h"

namespace sightline {
namespace {

constexpr const char* kManifestRecord = "extra/manifest.json";
constexpr const char* kVocabularyRecord = "extra/vocabulary.json";
constexpr const char* kEncoderRecord = "extra/encoder.pt";
constexpr const char* kSerializationRecord = ".data/serialization_id";  // derived while writing, not content

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

// What `read` makes of the open archive and its manifest.
template <typename T, typename Read>
Result<T> readArchive(const std::filesystem::path& path, const Read& read) {
    std::array<char, 4> magic{};
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return fail(ErrorCode::NotFound, "Cannot open the model " + path.string() +
                                             ": there is no such file, or no permission to read it. Check the name.");
    }
    file.read(magic.data(), magic.size());
    if (!file || std::string_view(magic.data(), magic.size()) != "PK\x03\x04") {
        return refuse(path, "is not a Sightline bundle. Choose a bundle such as sightline-base.pt.");
    }
    try {
        Reader reader(path.string());
        if (!reader.hasRecord(kManifestRecord) || !reader.hasRecord(kVocabularyRecord)) {
            return refuse(path,
                          "is a PyTorch file but not a Sightline bundle: it has no manifest or no vocabulary. Choose a "
                          "bundle such as sightline-base.pt.");
        }
        auto manifest = parseManifest(record(reader, kManifestRecord));
        if (!manifest) {
            return refuse(path, "cannot be used. " + manifest.error().message, manifest.error().detail);
        }
        return read(reader, std::move(*manifest));
    } catch (const c10::Error& error) {
        return refuse(path, "is damaged or cut short. Get an intact bundle.", error.what_without_backtrace());
    } catch (const std::exception& error) {
        return refuse(path, "is damaged or cut short. Get an intact bundle.", error.what());
    }
}

}  // namespace

Result<Manifest> readManifest(const std::filesystem::path& path) {
    return readArchive<Manifest>(path, [](Reader&, Manifest manifest) -> Result<Manifest> { return manifest; });
}

Result<Bundle> readBundle(const std::filesystem::path& path) {
    return readArchive<Bundle>(path, [&path](Reader& reader, Manifest manifest) -> Result<Bundle> {
        auto vocabulary = Vocabulary::parse(record(reader, kVocabularyRecord), manifest.cleansUp);
        if (!vocabulary || vocabulary->size() != manifest.vocabularySize || contentDigest(reader) != manifest.sha256) {
            return refuse(path, "is damaged: its content does not match its manifest. Get an intact bundle.");
        }
        return Bundle{std::move(manifest), std::move(*vocabulary), record(reader, kEncoderRecord)};
    });
}

}  // namespace sightline
