#include "core/base/child_process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sightline {
namespace {

constexpr std::size_t kMostErrorBytes = 4096;

// Ends a poll() from another thread.
struct Wake {
    Wake() : file(::eventfd(0, EFD_CLOEXEC)) {}
    ~Wake() { ::close(file); }
    Wake(const Wake&) = delete;
    Wake& operator=(const Wake&) = delete;

    const int file;
};

// Appends what can be read now; false at the end.
bool readSome(int file, std::string& to) {
    std::array<char, 4096> buffer{};
    const ssize_t count = ::read(file, buffer.data(), buffer.size());
    if (count > 0) {
        to.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return count > 0 || (count < 0 && errno == EINTR);
}

std::string withoutLineEnd(std::string text) {
    while (!text.empty() && text.back() == '\n') {
        text.pop_back();
    }
    return text;
}

}  // namespace

Result<ChildProcess> ChildProcess::start(const std::filesystem::path& program,
                                         const std::vector<std::string>& arguments, std::string called) {
    std::array<int, 2> out{};
    std::array<int, 2> err{};
    const auto refuse = [&](int problem) {
        return fail(ErrorCode::Internal, fmt::format("Cannot start {}: {}.", program.string(), std::strerror(problem)));
    };
    // Close-on-exec, so that no other child holds the ends open.
    if (::pipe2(out.data(), O_CLOEXEC) != 0) {
        return refuse(errno);
    }
    if (::pipe2(err.data(), O_CLOEXEC) != 0) {
        const int problem = errno;
        ::close(out[0]);
        ::close(out[1]);
        return refuse(problem);
    }
    std::vector<std::string> words{program.string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
    pid_t id = -1;
    const int problem = ::posix_spawn(&id, program.c_str(), &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(out[1]);
    ::close(err[1]);
    if (problem != 0) {
        ::close(out[0]);
        ::close(err[0]);
        return refuse(problem);
    }
    return ChildProcess(id, out[0], err[0], std::move(called));
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : id_(std::exchange(other.id_, -1)), out_(std::exchange(other.out_, -1)), err_(std::exchange(other.err_, -1)),
      called_(std::move(other.called_)) {}

ChildProcess::~ChildProcess() {
    if (id_ > 0) {
        ::kill(id_, SIGKILL);
        waitForEnd();
    }
    for (const int file : {out_, err_}) {
        if (file >= 0) {
            ::close(file);
        }
    }
}

int ChildProcess::waitForEnd() {
    int status = 0;
    while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
    id_ = -1;
    return status;
}

Result<void> ChildProcess::readLines(const std::function<void(std::string_view)>& line,
                                     std::chrono::milliseconds patience, const std::stop_token& stop) {
    const Wake wake;
    const std::stop_callback onStop(stop, [&wake] { ::eventfd_write(wake.file, 1); });
    std::string pending;
    std::string errors;
    bool late = false;
    std::array<pollfd, 3> files{pollfd{out_, POLLIN, 0}, pollfd{err_, POLLIN, 0}, pollfd{wake.file, POLLIN, 0}};
    while (!stop.stop_requested() && (files[0].fd >= 0 || files[1].fd >= 0)) {
        const int ready = ::poll(files.data(), files.size(), static_cast<int>(patience.count()));
        late = ready == 0;
        if (late) {
            break;
        }
        if (ready < 0) {
            continue;  // a signal
        }
        if (files[0].revents != 0 && !readSome(out_, pending)) {
            files[0].fd = -1;
        }
        if (files[1].revents != 0 && !readSome(err_, errors)) {
            files[1].fd = -1;
        }
        for (std::size_t end = 0; (end = pending.find('\n')) != std::string::npos; pending.erase(0, end + 1)) {
            line(std::string_view(pending).substr(0, end));
        }
    }
    const bool cancelled = stop.stop_requested();
    if (cancelled || late) {
        ::kill(id_, SIGKILL);
    }
    const int status = waitForEnd();
    if (cancelled) {
        return fail(ErrorCode::Cancelled, called_ + " was cancelled.");
    }
    if (late) {
        return fail(ErrorCode::Internal,
                    fmt::format("{} said nothing for {} s and was stopped.", called_, patience.count() / 1000));
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        errors.resize(std::min(errors.size(), kMostErrorBytes));
        const std::string how = WIFSIGNALED(status) ? fmt::format("was ended by signal {} ({})", WTERMSIG(status),
                                                                  ::strsignal(WTERMSIG(status)))
                                                    : fmt::format("failed with code {}", WEXITSTATUS(status));
        return fail(ErrorCode::Internal, fmt::format("{} {}. {}", called_, how, withoutLineEnd(errors)));
    }
    return {};
}

}  // namespace sightline
