#include "core/captions/edit_journal.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/base/atomic_file.h"
#include "core/base/logging.h"
#include "core/base/sha256.h"
#include "core/base/thread_name.h"

namespace sightline {
namespace {

constexpr std::size_t kChecksumDigits = 16;
constexpr auto kFlushEvery = std::chrono::milliseconds(900);  // at most a second is lost, with the time of a flush

std::string withChecksum(std::string_view line) {
    Sha256 digest;
    digest.add(line.data(), line.size());
    return fmt::format("{} {}", Sha256::hex(digest.finish()).substr(0, kChecksumDigits), line);
}

tl::unexpected<Error> cannotWrite(const std::filesystem::path& path) {
    return fail(
        ErrorCode::Io,
        fmt::format("Cannot write {}: {}. Edits are not safe from a crash until they can be; free space or save "
                    "the project elsewhere.",
                    path.string(), std::strerror(errno)));
}

std::string contentOf(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

SoundJournal soundJournal(std::string_view content, std::string_view base) {
    SoundJournal journal;
    // A last line without its break was cut short.
    for (auto end = content.find('\n'); end != std::string_view::npos; end = content.find('\n')) {
        const std::string_view line = content.substr(0, end);
        if (line.size() <= kChecksumDigits) {
            break;
        }
        const std::string_view note = line.substr(kChecksumDigits + 1);
        if (line != withChecksum(note) || (journal.bytes == 0 && note != base)) {
            break;
        }
        if (journal.bytes > 0) {
            journal.lines.emplace_back(note);
        }
        journal.bytes += end + 1;
        content.remove_prefix(end + 1);
    }
    return journal;
}

Result<std::unique_ptr<EditJournal>> EditJournal::open(const std::filesystem::path& path, std::string_view base,
                                                       std::vector<std::string>& lines) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file < 0) {  // said of the project: nobody knows its journal
        return tl::unexpected(writeError(path.parent_path() / path.stem(), errno));
    }
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        ::close(file);
        return fail(ErrorCode::Device, fmt::format("{} is open in another window or program. Close it there first.",
                                                   path.stem().string()));
    }
    std::unique_ptr<EditJournal> journal(new EditJournal(path, file));
    SoundJournal earlier = soundJournal(contentOf(path), base);
    lines = std::move(earlier.lines);
    if (earlier.bytes == 0) {
        if (auto begun = journal->restart(base); !begun) {
            return tl::unexpected(begun.error());
        }
    } else if (::ftruncate(file, static_cast<off_t>(earlier.bytes)) != 0) {
        return cannotWrite(path);
    }
    return journal;
}

EditJournal::EditJournal(std::filesystem::path path, int file)
    : path_(std::move(path)), file_(file), flusher_([this](const std::stop_token& stop) { flushAsNeeded(stop); }) {}

EditJournal::~EditJournal() {
    flusher_.request_stop();
    flusher_.join();
    ::close(file_);
}

Result<void> EditJournal::append(std::string_view line) {
    owed_ += withChecksum(line) + "\n";
    return writeOwed();
}

Result<void> EditJournal::writeOwed() {
    const off_t end = ::lseek(file_, 0, SEEK_END);
    // One write: a line is there as a whole or is the cut last one.
    const ssize_t written = ::write(file_, owed_.data(), owed_.size());
    if (written != static_cast<ssize_t>(owed_.size())) {
        const int problem = written < 0 ? errno : ENOSPC;
        if (written > 0 && ::ftruncate(file_, end) != 0) {
            logger("captions")->warn("{} ends in the middle of a line", path_.string());
        }
        errno = problem;
        return cannotWrite(path_);
    }
    owed_.clear();
    {
        const std::lock_guard lock(mutex_);
        unflushed_ = true;
    }
    wake_.notify_one();
    return {};
}

Result<void> EditJournal::restart(std::string_view base) {
    owed_.clear();
    if (::ftruncate(file_, 0) != 0) {
        return cannotWrite(path_);
    }
    return append(base);
}

void EditJournal::remove() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
}

void EditJournal::flushAsNeeded(const std::stop_token& stop) {
    nameThisThread("journal");
    while (true) {
        {
            std::unique_lock lock(mutex_);
            if (!wake_.wait(lock, stop, [this] { return unflushed_; })) {
                break;
            }
            unflushed_ = false;
        }
        ::fdatasync(file_);
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, stop, kFlushEvery, [] { return false; });  // edits in a burst share a flush
    }
    ::fdatasync(file_);
}

}  // namespace sightline
