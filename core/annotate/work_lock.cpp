#include "core/annotate/work_lock.h"

#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <mutex>
#include <optional>
#include <random>

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "core/base/atomic_file.h"
#include "core/base/logging.h"
#include "core/base/thread_name.h"

namespace sightline {
namespace {

constexpr int kRenewalsInALease = 6;
constexpr int kMostTries = 50;  // each loses a race against another run

using Bytes = std::string;

std::string hostName() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

// Process numbers mean something only to who has the same: one boot, one namespace of processes.
std::string machineId() {
    std::string boot;
    std::getline(std::ifstream("/proc/sys/kernel/random/boot_id"), boot);
    std::error_code status;
    const auto names = std::filesystem::read_symlink("/proc/self/ns/pid", status);
    return boot + " " + names.string();
}

// proc(5): field 22 of stat, ticks from the boot to the process's start; tells it from a later one with its number.
std::string startOf(pid_t pid) {
    std::ifstream file(fmt::format("/proc/{}/stat", pid));
    const Bytes stat{std::istreambuf_iterator<char>(file), {}};
    const auto name = stat.rfind(')');
    if (name == Bytes::npos) {
        return {};
    }
    std::size_t at = name + 1;
    constexpr int kFieldsBefore = 19;  // between the name and the start
    for (int i = 0; i < kFieldsBefore && at != Bytes::npos; ++i) {
        at = stat.find(' ', at + 1);
    }
    return at == Bytes::npos ? Bytes() : stat.substr(at + 1, stat.find(' ', at + 1) - at - 1);
}

std::string randomId() {
    std::random_device random;
    return fmt::format("{:08x}{:08x}", random(), random());
}

Bytes describeOwner(const std::string& id) {
    return nlohmann::ordered_json{{"format", "sightline-lock 1"},
                                  {"host", hostName()},
                                  {"process", ::getpid()},
                                  {"since", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)))},
                                  {"machine", machineId()},
                                  {"process_start", startOf(::getpid())},
                                  {"id", id}}
               .dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) +
           "\n";
}

std::chrono::nanoseconds changeTime(const struct stat& status) {
    return std::chrono::seconds(status.st_mtim.tv_sec) + std::chrono::nanoseconds(status.st_mtim.tv_nsec);
}

struct Found {
    Bytes content;
    std::chrono::nanoseconds changed{};
};

// Opened anew each time, because network file systems ask the server then. Nothing: there is no such file any more.
std::optional<Found> look(const std::filesystem::path& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return std::nullopt;
    }
    Found found;
    struct stat status {};
    ::fstat(file, &status);
    found.changed = changeTime(status);
    std::array<char, 4096> bytes{};
    if (const auto got = ::read(file, bytes.data(), bytes.size()); got > 0) {
        found.content.assign(bytes.data(), static_cast<std::size_t>(got));
    }
    ::close(file);
    return found;
}

// `otherwise` where the member is none or no text: the file may be of another hand.
std::string textIn(const nlohmann::json& json, const char* member, const char* otherwise = "") {
    const auto found = json.find(member);
    return found != json.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

int processIn(const nlohmann::json& json) {
    const auto found = json.find("process");
    return found != json.end() && found->is_number_integer() ? found->get<int>() : 0;
}

bool isGone(const Found& owner, std::chrono::nanoseconds now, std::chrono::milliseconds lease) {
    if (now - owner.changed > lease) {
        return true;
    }
    const auto json = nlohmann::json::parse(owner.content, nullptr, false);
    if (!json.is_object() || textIn(json, "machine") != machineId()) {
        return false;
    }
    const pid_t pid = processIn(json);
    return pid > 0 && ((::kill(pid, 0) != 0 && errno == ESRCH) || startOf(pid) != textIn(json, "process_start"));
}

std::string forPeople(const Found& owner) {
    const auto json = nlohmann::json::parse(owner.content, nullptr, false);
    if (!json.is_object()) {
        return "another run";
    }
    return fmt::format("process {} on {} (since {})", processIn(json), textIn(json, "host", "another machine"),
                       textIn(json, "since", "?"));
}

std::string idIn(const Found& owner) {
    const auto json = nlohmann::json::parse(owner.content, nullptr, false);
    return json.is_object() ? textIn(json, "id", "unknown") : "unknown";
}

// A second name for `file` that nobody had before: only one of all who try gets it. Some file systems have no second
// names (FAT, SMB); a new file that must not exist is as good, but others may see it before it is written.
int claimName(const std::filesystem::path& file, const std::filesystem::path& name, const Bytes& content) {
    if (::link(file.c_str(), name.c_str()) == 0) {
        return 0;
    }
    if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS) {
        return errno;
    }
    const int made = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (made < 0) {
        return errno;
    }
    const bool written = ::write(made, content.data(), content.size()) == static_cast<ssize_t>(content.size());
    const int problem = errno;
    ::close(made);
    return written ? 0 : problem;
}

}  // namespace

Result<WorkLock::Attempt> WorkLock::acquire(const std::filesystem::path& path, std::chrono::milliseconds lease) {
    const std::string id = randomId();
    const Bytes content = describeOwner(id);
    const std::filesystem::path mine = path.string() + "-" + id;
    struct Removed {
        const std::filesystem::path& file;
        ~Removed() { ::unlink(file.c_str()); }
    } removed{mine};

    for (int i = 0; i < kMostTries; ++i) {
        // Written anew for each try: its time is what the storage calls now.
        if (auto written = writeFileAtomically(mine, content); !written) {
            return tl::unexpected(written.error());
        }
        const auto now = look(mine);
        int problem = claimName(mine, path, content);
        if (problem == EEXIST) {
            const auto owner = look(path);
            if (!owner || !now) {
                continue;  // given back just now
            }
            if (!isGone(*owner, now->changed, lease)) {
                return Attempt{nullptr, forPeople(*owner)};
            }
            // Of all who want what the gone owner had, the one who has this name may replace its file.
            const std::filesystem::path heir = path.string() + "-of-" + idIn(*owner);
            problem = claimName(mine, heir, content);
            if (problem == EEXIST) {
                if (const auto other = look(heir); other && isGone(*other, now->changed, lease)) {
                    ::unlink(heir.c_str());
                    continue;
                }
                return Attempt{nullptr, "another run that is about to begin"};
            }
            if (problem == 0) {
                const auto still = look(path);
                if (!still || still->content != owner->content) {
                    ::unlink(heir.c_str());
                    continue;  // another heir was faster
                }
                problem = ::rename(heir.c_str(), path.c_str()) == 0 ? 0 : errno;
            }
        }
        if (problem != 0) {
            return tl::unexpected(writeError(path, problem));
        }
        const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
        if (file < 0) {
            return tl::unexpected(writeError(path, errno));
        }
        return Attempt{std::unique_ptr<WorkLock>(new WorkLock(path, file, lease)), {}};
    }
    return Attempt{nullptr, "another run that is about to begin"};
}

WorkLock::WorkLock(std::filesystem::path path, int file, std::chrono::milliseconds lease)
    : path_(std::move(path)), file_(file),
      renewer_([this, every = lease / kRenewalsInALease](const std::stop_token& stop) { renew(stop, every); }) {}

WorkLock::~WorkLock() {
    renewer_.request_stop();
    renewer_.join();
    if (isOurs()) {
        ::unlink(path_.c_str());
    }
    ::close(file_);
}

bool WorkLock::isOurs() const {
    const int file = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return errno != ENOENT;  // storage that does not answer takes nothing away
    }
    struct stat there {};
    struct stat ours {};
    const bool same = ::fstat(file, &there) == 0 && ::fstat(file_, &ours) == 0 && there.st_ino == ours.st_ino &&
                      there.st_dev == ours.st_dev;
    ::close(file);
    return same;
}

void WorkLock::renew(const std::stop_token& stop, std::chrono::milliseconds every) {
    nameThisThread("lease");
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    while (!wake.wait_for(lock, stop, every, [&stop] { return stop.stop_requested(); })) {
        if (!isOurs()) {
            logger("annotate")->warn("{} was taken by another run: this one stood still for too long.", path_.string());
            lost_.request_stop();
            return;
        }
        ::futimens(file_, nullptr);
    }
}

}  // namespace sightline
