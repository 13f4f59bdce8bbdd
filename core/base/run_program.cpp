#include "core/base/run_program.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sightline {
namespace {

constexpr auto kGrace = std::chrono::milliseconds(1000);

class File {
public:
    explicit File(int number) : number_(number) {}
    ~File() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    int number() const { return number_; }

private:
    int number_;
};

// In a process group of its own, so that it can be ended with what it starts, and with signals as any program has them.
int spawn(std::vector<std::string>& words, const std::filesystem::path& input, pid_t& id) {
    std::vector<char*> arguments;
    for (std::string& word : words) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, input.c_str(), O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    sigaddset(&signals, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    const int problem = ::posix_spawnp(&id, arguments[0], &files, &attributes, arguments.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return problem;
}

// Whether the process ended within the time.
bool waitFor(const File& process, const File& wake, std::chrono::milliseconds time) {
    std::array<pollfd, 2> files{pollfd{process.number(), POLLIN, 0}, pollfd{wake.number(), POLLIN, 0}};
    const auto until = std::chrono::steady_clock::now() + time;
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        const int ready = ::poll(files.data(), files.size(), static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
        if (ready >= 0 || errno != EINTR) {
            return files[0].revents != 0;
        }
    }
}

}  // namespace

Result<void> runProgram(std::vector<std::string> words, std::chrono::milliseconds patience, const std::stop_token& stop,
                        const std::filesystem::path& input) {
    if (words.empty() || words[0].empty()) {
        return fail(ErrorCode::NotFound, "The command names no program.");
    }
    const std::string name = words[0];
    pid_t id = -1;
    if (const int problem = spawn(words, input, id); problem != 0) {
        return fail(
            problem == ENOENT ? ErrorCode::NotFound : ErrorCode::Io,
            fmt::format("Cannot start {}: {}. Check its name and its permissions.", name, std::strerror(problem)));
    }
    const File process(static_cast<int>(::syscall(SYS_pidfd_open, id, 0)));
    const File wake(::eventfd(0, EFD_CLOEXEC));
    const std::stop_callback onStop(stop, [&wake] { ::eventfd_write(wake.number(), 1); });
    bool late = false;
    if (!waitFor(process, wake, patience)) {
        late = !stop.stop_requested();
        if (late) {
            ::kill(-id, SIGTERM);
            waitFor(process, wake, kGrace);
        }
        ::kill(-id, SIGKILL);
    }
    int status = 0;
    while (::waitpid(id, &status, 0) < 0 && errno == EINTR) {
    }
    if (late) {
        return fail(ErrorCode::Internal, fmt::format("{} ran for longer than {} s and was ended.", name,
                                                     std::chrono::duration<double>(patience).count()));
    }
    if (stop.stop_requested()) {
        return fail(ErrorCode::Cancelled, fmt::format("{} was ended.", name));
    }
    if (WIFSIGNALED(status)) {
        return fail(ErrorCode::Internal, fmt::format("{} was ended by signal {} ({}).", name, WTERMSIG(status),
                                                     ::strsignal(WTERMSIG(status))));
    }
    if (WEXITSTATUS(status) != 0) {
        return fail(ErrorCode::Internal, fmt::format("{} failed with code {}.", name, WEXITSTATUS(status)));
    }
    return {};
}

}  // namespace sightline
