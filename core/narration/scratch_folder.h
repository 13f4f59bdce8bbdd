// A folder for files that nobody needs afterwards.
#pragma once

#include <filesystem>

#include "core/base/result.h"

namespace sightline {

// Of this user alone, in the system's folder for such; removed in the destructor with all that is in it.
class ScratchFolder {
public:
    // Error: Io.
    static Result<ScratchFolder> create();
    ScratchFolder(ScratchFolder&& other) noexcept;
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    ScratchFolder& operator=(ScratchFolder&&) = delete;
    ~ScratchFolder();

    std::filesystem::path file(const std::string& name) const { return path_ / name; }

private:
    explicit ScratchFolder(std::filesystem::path path) : path_(std::move(path)) {}

    std::filesystem::path path_;  // empty after a move
};

}  // namespace sightline
