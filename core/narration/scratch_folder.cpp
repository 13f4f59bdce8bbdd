#include "core/narration/scratch_folder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace sightline {

Result<ScratchFolder> ScratchFolder::create() {
    std::error_code status;
    const auto parent = std::filesystem::temp_directory_path(status);
    std::string name = (parent / "sightline-XXXXXX").string();
    if (status || ::mkdtemp(name.data()) == nullptr) {
        return fail(ErrorCode::Io, fmt::format("Cannot make a folder in {}: {}. Set TMPDIR to a folder with room.",
                                               parent.string(), status ? status.message() : std::strerror(errno)));
    }
    return ScratchFolder(name);
}

ScratchFolder::ScratchFolder(ScratchFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}

ScratchFolder::~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) {
        std::filesystem::remove_all(path_, ignored);
    }
}

}  // namespace sightline
