#include "core/base/atomic_file.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sightline {
namespace {

// Zero or an errno.
int writeAll(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) {
            return errno;
        }
        bytes.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
    }
    return ::fsync(file) == 0 ? 0 : errno;
}

}  // namespace

Error writeError(const std::filesystem::path& path, int problem) {
    const char* fix = "Try another folder.";
    switch (problem) {
        case ENOENT: fix = "Make the folder first, or choose another."; break;
        case EACCES:
        case EPERM:
        case EROFS: fix = "Change the folder's permissions, or choose another."; break;
        case ENOSPC:
        case EDQUOT: fix = "Free space, or choose another disk."; break;
        case EFBIG: fix = "Choose a disk that takes files of this size."; break;
        default: break;
    }
    return {problem == ENOENT ? ErrorCode::NotFound : ErrorCode::Io,
            fmt::format("Cannot write {}: {}. {}", path.string(), std::strerror(problem), fix),
            {}};
}

Result<void> writeFileAtomically(const std::filesystem::path& path, std::string_view bytes) {
    // Through a symbolic link the file it names is replaced, not the link.
    std::error_code status;
    const auto resolved = std::filesystem::is_symlink(path, status) ? std::filesystem::canonical(path, status) : path;
    const auto target = resolved.empty() ? path : resolved;
    static std::atomic<unsigned> number = 0;
    std::string temporary;
    int file = -1;
    do {  // one that a killed process left has our name where process ids repeat, as in containers
        temporary = fmt::format("{}.{}-{}.tmp", target.string(), ::getpid(), number++);
        file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    } while (file < 0 && errno == EEXIST);
    if (file < 0) {
        return tl::unexpected(writeError(path, errno));
    }
    struct stat old {};
    if (::stat(target.c_str(), &old) == 0) {
        ::fchmod(file, old.st_mode & 07777U);
    }
    int problem = writeAll(file, bytes);
    problem = ::close(file) != 0 && problem == 0 ? errno : problem;
    if (problem == 0 && ::rename(temporary.c_str(), target.c_str()) != 0) {
        problem = errno;
    }
    if (problem != 0) {
        ::unlink(temporary.c_str());
        return tl::unexpected(writeError(path, problem));
    }
    return {};
}

}  // namespace sightline
