// A file that appears under its name only when it is complete: what writes for minutes goes to a temporary name first.
#pragma once

#include <filesystem>

#include "core/base/result.h"

namespace sightline {

// One thread. Removes the temporary file in its destructor unless commit() succeeded.
class OutputFile {
public:
    // Makes an empty file beside `target`, with the same extension. Errors: NotFound (no such folder), Unsupported
    // (`target` is `input` itself, by whatever name, or no ordinary file), Io (it exists and `overwrite` is false, no
    // permission, no room).
    static Result<OutputFile> create(const std::filesystem::path& input, const std::filesystem::path& target,
                                     bool overwrite);
    OutputFile(OutputFile&& other) noexcept;
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;
    OutputFile& operator=(OutputFile&&) = delete;
    ~OutputFile();

    // Where to write until commit().
    const std::filesystem::path& temporary() const { return temporary_; }

    // Flushes the file to the disk and gives it its name; a file of that name that was allowed to be replaced leaves
    // its permissions. Error: Io.
    Result<void> commit();

    // For the writer of temporary(): what went wrong, by its errno.
    Error writeError(int problem) const;

private:
    OutputFile(std::filesystem::path target, std::filesystem::path temporary, bool overwrite)
        : target_(std::move(target)), temporary_(std::move(temporary)), overwrite_(overwrite) {}

    std::filesystem::path target_;
    std::filesystem::path temporary_;  // empty when there is nothing to remove
    bool overwrite_;
};

}  // namespace sightline
