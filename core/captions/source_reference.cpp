#include "core/captions/source_reference.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <vector>

#include <fmt/format.h>

#include "core/base/sha256.h"

namespace sightline {
namespace {

constexpr std::uint64_t kSampleBytes = 1 << 20;

}  // namespace

Result<SourceReference> referTo(const std::filesystem::path& video) {
    std::error_code status;
    const auto bytes = std::filesystem::file_size(video, status);
    std::ifstream file(video, std::ios::binary);
    if (status || !file) {
        return fail(ErrorCode::NotFound,
                    fmt::format("Cannot open {}: there is no such file, or no permission to read it. Check the name.",
                                video.string()));
    }
    Sha256 digest;
    const std::string length = std::to_string(bytes);
    digest.add(length.data(), length.size());
    std::vector<char> sample(std::min(bytes, kSampleBytes));
    for (const std::uint64_t start : {std::uint64_t{0}, bytes - sample.size()}) {
        file.seekg(static_cast<std::streamoff>(start));
        file.read(sample.data(), static_cast<std::streamsize>(sample.size()));
        if (!file) {
            return fail(ErrorCode::Io,
                        fmt::format("Cannot read {}: the disk or the network failed. Try again.", video.string()));
        }
        digest.add(sample.data(), sample.size());
    }
    return SourceReference{std::filesystem::absolute(video, status), bytes, Sha256::hex(digest.finish())};
}

std::filesystem::path locate(const SourceReference& source, const std::filesystem::path& project) {
    const auto is = [&source](const std::filesystem::path& candidate) {
        const auto found = referTo(candidate);
        return found && found->fingerprint == source.fingerprint;
    };
    for (const auto& candidate : {source.path, project.parent_path() / source.path.filename()}) {
        if (is(candidate)) {
            return candidate;
        }
    }
    std::error_code status;
    const auto folder = project.has_parent_path() ? project.parent_path() : std::filesystem::path(".");
    for (std::filesystem::directory_iterator entry(folder, status), end; !status && entry != end;
         entry.increment(status)) {
        std::error_code unreadable;
        if (entry->is_regular_file(unreadable) && entry->file_size(unreadable) == source.bytes && is(entry->path())) {
            return entry->path();
        }
    }
    return {};
}

}  // namespace sightline
