#include "core/inference/bundle.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <utility>

#include "core/base/sha256.h"

namespace sightline {
namespace {

constexpr std::string_view kManifestRecord = "extra/manifest.json";
constexpr std::string_view kVocabularyRecord = "extra/vocabulary.json";
constexpr std::string_view kEncoderRecord = "extra/encoder.pt";
constexpr std::string_view kSerializationRecord = ".data/serialization_id";  // derived while writing, not content
constexpr std::string_view kOldLayoutRecord = "model.json";  // of PyTorch 1.0, whose code lies elsewhere
constexpr std::size_t kMostManifestBytes = 1U << 20;
constexpr std::size_t kBytesPerToken = 32;  // of the vocabulary, on average: an entry in base64, quotes and comma
constexpr std::size_t kFewBytes = 4096;     // the vocabulary's own braces, for the smallest ones

// What came with this release: SHA-256 of each manifest.json, made when the build is configured.
constexpr std::array kShipped{SIGHTLINE_SHIPPED_BUNDLES};

tl::unexpected<Error> refuse(const std::filesystem::path& path, const std::string& why, std::string detail = {}) {
    return fail(ErrorCode::Model, path.string() + " " + why, std::move(detail));
}

tl::unexpected<Error> refuseDamaged(const std::filesystem::path& path, std::string detail = {}) {
    return refuse(path, "is damaged or cut short. Get an intact bundle.", std::move(detail));
}

// Why the file, or the archive inside it, is not to be opened at all.
tl::unexpected<Error> refuseDirectory(const std::filesystem::path& path, const Error& error) {
    return error.message.empty()
               ? refuseDamaged(path)
               : refuse(path, "is damaged or made to do harm: " + error.message + ". Get an intact bundle.");
}

// Another format of LibTorch, which it would take for the zip file's sake.
bool isFlatbuffer(std::string_view file) { return file.size() >= 8 && file.substr(4, 4) == "PTMF"; }

ReadAt contentOf(std::ifstream opened) {
    return
        [file = std::make_shared<std::ifstream>(std::move(opened))](std::uint64_t offset, char* to, std::size_t count) {
            file->clear();
            file->seekg(static_cast<std::streamoff>(offset));
            file->read(to, static_cast<std::streamsize>(count));
            return file->good();
        };
}

// A bundle's file whose manifest has been read.
struct OpenBundle {
    ZipArchive archive;
    std::string folder;
    Manifest manifest;
    std::string text;  // of the manifest

    const ZipRecord* find(std::string_view name) const { return archive.find(folder + std::string(name)); }
};

Result<OpenBundle> openBundle(const std::filesystem::path& path) {
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
    auto archive = ZipArchive::open(size, contentOf(std::move(file)));
    if (!archive) {
        return refuseDirectory(path, archive.error());
    }
    OpenBundle bundle{std::move(*archive), {}, {}, {}};
    bundle.folder = folderOf(bundle.archive);
    const ZipRecord* manifest = bundle.find(kManifestRecord);
    if (bundle.folder.empty() || isFlatbuffer(start) || bundle.find(kOldLayoutRecord) || !manifest ||
        !bundle.find(kVocabularyRecord)) {
        return refuse(path,
                      "is a PyTorch file but not a Sightline bundle: it has no manifest or no vocabulary. Choose a "
                      "bundle such as sightline-base.pt.");
    }
    if (manifest->unpacked > kMostManifestBytes) {
        return refuse(path, "is damaged or made to do harm: its manifest is too long. Get an intact bundle.");
    }
    auto text = bundle.archive.read(*manifest);
    if (!text) {
        return refuseDamaged(path, text.error().message);
    }
    auto parsed = parseManifest(*text);
    if (!parsed) {
        return refuse(path, "cannot be used. " + parsed.error().message, parsed.error().detail);
    }
    bundle.manifest = std::move(*parsed);
    bundle.text = std::move(*text);
    return bundle;
}

// Over all other records; models/sightline_models/bundle.py computes the same. Error: as ZipArchive::read().
Result<std::string> contentDigest(const OpenBundle& bundle) {
    std::vector<const ZipRecord*> records;
    for (const ZipRecord& record : bundle.archive.records()) {
        records.push_back(&record);
    }
    std::ranges::sort(records, {}, &ZipRecord::name);
    Sha256 total;
    for (const ZipRecord* record : records) {
        const std::string name = record->name.substr(bundle.folder.size());
        if (name == kManifestRecord || name == kSerializationRecord) {
            continue;
        }
        const auto content = bundle.archive.read(*record);
        if (!content) {
            return content;
        }
        Sha256 part;
        part.add(content->data(), content->size());
        const Sha256::Digest digest = part.finish();
        total.add(name.c_str(), name.size() + 1);
        total.add(digest.data(), digest.size());
    }
    return Sha256::hex(total.finish());
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

std::string folderOf(const ZipArchive& archive) {
    const auto& records = archive.records();
    const std::size_t end = records.empty() ? std::string::npos : records.front().name.find('/');
    if (end == std::string::npos) {
        return {};
    }
    std::string folder = records.front().name.substr(0, end + 1);
    const bool isOfAll =
        std::ranges::all_of(records, [&folder](const ZipRecord& record) { return record.name.starts_with(folder); });
    return isOfAll ? folder : std::string();
}

Result<Manifest> readManifest(const std::filesystem::path& path) {
    auto bundle = openBundle(path);
    if (!bundle) {
        return tl::unexpected(bundle.error());
    }
    return std::move(bundle->manifest);
}

Result<BundleIdentity> identifyBundle(const std::filesystem::path& path) {
    auto bundle = openBundle(path);
    if (!bundle) {
        return tl::unexpected(bundle.error());
    }
    BundleIdentity identity{std::move(bundle->manifest), Sha256::hexOf(bundle->text)};
    if (std::ranges::find(kShipped, identity.digest) != kShipped.end()) {
        identity.origin = BundleOrigin::Verified;
    } else if (identity.manifest.imported) {
        identity.origin = BundleOrigin::Imported;
    }
    return identity;
}

Result<Bundle> readBundle(const std::filesystem::path& path) {
    auto bundle = openBundle(path);
    if (!bundle) {
        return tl::unexpected(bundle.error());
    }
    const Manifest& manifest = bundle->manifest;
    const ZipRecord& words = *bundle->find(kVocabularyRecord);
    const auto entries = static_cast<std::size_t>(manifest.vocabularySize);
    if (words.unpacked > entries * kBytesPerToken + kFewBytes) {
        return refuse(path, "is damaged or made to do harm: its vocabulary is too long. Get an intact bundle.");
    }
    const ZipRecord* inside = bundle->find(kEncoderRecord);
    const auto text = bundle->archive.read(words);
    const auto digest = contentDigest(*bundle);
    auto encoder = inside ? bundle->archive.read(*inside) : fail(ErrorCode::Corrupt, "it has no encoder");
    for (const auto* part : {&text, &digest, &std::as_const(encoder)}) {
        if (!*part) {
            return refuseDamaged(path, part->error().message);
        }
    }
    auto vocabulary = Vocabulary::parse(*text, manifest.cleansUp);
    if (!vocabulary || vocabulary->size() != manifest.vocabularySize || *digest != manifest.sha256) {
        return refuse(path, "is damaged: its content does not match its manifest. Get an intact bundle.");
    }
    if (isFlatbuffer(*encoder)) {
        return refuseDamaged(path);
    }
    if (const auto checked = ZipArchive::open(encoder->size(), bytesOf(*encoder)); !checked) {
        return refuseDirectory(path, checked.error());
    }
    return Bundle{std::move(bundle->manifest), std::move(*vocabulary), std::move(*encoder), std::move(bundle->archive),
                  std::move(bundle->folder)};
}

}  // namespace sightline
