#include "core/media/writing/output_file.h"

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/atomic_file.h"

namespace sightline {
namespace {

Error alreadyThere(const std::filesystem::path& target) {
    return {
        ErrorCode::Io,
        fmt::format("Cannot write {}: it exists. Choose another name, or allow it to be replaced.", target.string()),
        {}};
}

}  // namespace

Result<OutputFile> OutputFile::create(const std::filesystem::path& input, const std::filesystem::path& target,
                                      bool overwrite) {
    std::error_code status;
    // Compares what the names lead to, so that hard and symbolic links to the input count as the input.
    if (std::filesystem::equivalent(input, target, status)) {
        return fail(ErrorCode::Unsupported, fmt::format("Cannot write {}: it is the video that is read. Choose another "
                                                        "name.",
                                                        target.string()));
    }
    const auto kind = std::filesystem::status(target, status).type();
    if (kind != std::filesystem::file_type::not_found && kind != std::filesystem::file_type::none &&
        kind != std::filesystem::file_type::regular) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot write {}: it is a folder or a device. Choose another name.", target.string()));
    }
    if (!overwrite && std::filesystem::symlink_status(target, status).type() != std::filesystem::file_type::not_found &&
        !status) {
        return tl::unexpected(alreadyThere(target));
    }
    // Through a symbolic link the file it names is replaced, not the link.
    const bool link = std::filesystem::is_symlink(target, status);
    auto real = link ? std::filesystem::weakly_canonical(target, status) : target;
    if (real.empty()) {
        real = target;
    }
    static std::atomic<unsigned> number = 0;
    // Short, whatever the target's length; with its extension, by which other programs know what is growing there.
    std::filesystem::path temporary;
    int file = -1;
    do {  // one that a killed process left has our name where process ids repeat, as in containers
        temporary =
            real.parent_path() / fmt::format(".sightline-{}-{}{}", ::getpid(), number++, real.extension().string());
        file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    } while (file < 0 && errno == EEXIST);
    if (file < 0) {
        return tl::unexpected(sightline::writeError(target, errno));
    }
    struct stat old {};
    if (::stat(real.c_str(), &old) == 0) {
        ::fchmod(file, old.st_mode & 07777U);
    }
    ::close(file);
    return OutputFile(std::move(real), std::move(temporary), overwrite);
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : target_(std::move(other.target_)), temporary_(std::exchange(other.temporary_, {})), overwrite_(other.overwrite_) {
}

OutputFile::~OutputFile() {
    if (!temporary_.empty()) {
        ::unlink(temporary_.c_str());
    }
}

Result<void> OutputFile::commit() {
    const int file = ::open(temporary_.c_str(), O_RDONLY | O_CLOEXEC);
    int problem = file < 0 || ::fsync(file) != 0 ? errno : 0;
    if (file >= 0) {
        ::close(file);
    }
    if (problem == 0) {
        // One step, so that a file that appeared meanwhile is not lost; where the file system knows no such step, two.
        bool moved =
            !overwrite_ && ::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE) == 0;
        if (!overwrite_ && !moved && (errno == EEXIST || ::access(target_.c_str(), F_OK) == 0)) {
            return tl::unexpected(alreadyThere(target_));
        }
        moved = moved || ::rename(temporary_.c_str(), target_.c_str()) == 0;
        problem = moved ? 0 : errno;
    }
    if (problem != 0) {
        return tl::unexpected(writeError(problem));
    }
    temporary_.clear();
    return {};
}

Error OutputFile::writeError(int problem) const { return sightline::writeError(target_, problem); }

}  // namespace sightline
