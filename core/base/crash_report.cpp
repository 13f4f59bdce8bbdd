#include "core/base/crash_report.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <ctime>
#include <exception>
#include <fstream>
#include <string_view>
#include <vector>

#include <execinfo.h>
#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/atomic_file.h"
#include "core/base/logging.h"

namespace sightline {
namespace {

constexpr const char* kEnding = ".txt";
constexpr const char* kSeen = "seen";  // a file with the name of the last report that was looked at
constexpr std::size_t kReportsKept = 5;
constexpr std::size_t kLogBytes = 8192;
constexpr std::size_t kStackBytes = 65536;
constexpr int kMostFrames = 64;
constexpr std::array kSignals{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

// The handler may allocate nothing, so all that it needs is made ready here.
struct Prepared {
    std::string report;  // its path
    std::string facts;
    std::string log;
    std::time_t start = 0;
    std::vector<char> stack;  // the handler's own: the thread's may have overflowed
};

Prepared& prepared() {
    static Prepared made;
    return made;
}

void put(int file, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(file, text.data(), text.size());
        if (written <= 0) {
            return;
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

void put(int file, long number) {
    std::array<char, 24> digits{};
    std::size_t at = digits.size();
    do {
        digits[--at] = static_cast<char>('0' + number % 10);
        number /= 10;
    } while (number > 0);
    put(file, {digits.data() + at, digits.size() - at});
}

void putEndOf(int file, const char* path) {
    const int log = ::open(path, O_RDONLY | O_CLOEXEC);
    struct stat status {};
    if (log < 0 || ::fstat(log, &status) != 0) {
        return;
    }
    std::array<char, kLogBytes> bytes{};
    const auto from = std::max<off_t>(0, status.st_size - static_cast<off_t>(bytes.size()));
    const auto got = ::pread(log, bytes.data(), bytes.size(), from);
    ::close(log);
    if (got <= 0) {
        return;
    }
    std::string_view text(bytes.data(), static_cast<std::size_t>(got));
    if (from > 0) {  // begins within a line
        text.remove_prefix(std::min(text.size(), text.find('\n') + 1));
    }
    put(file, text);
}

const char* nameOf(int signal) {
    switch (signal) {
        case SIGSEGV: return "SIGSEGV (it used memory that is not its own)";
        case SIGBUS: return "SIGBUS (memory could not be read; a mapped file became shorter, or the disk failed)";
        case SIGFPE: return "SIGFPE (arithmetic)";
        case SIGILL: return "SIGILL (an instruction this CPU does not have)";
        default: return "SIGABRT (it gave up)";
    }
}

// Only calls that signal-safety(7) allows, and backtrace(), which is safe once its library is loaded.
void onCrash(int signal) {
    const Prepared& ready = prepared();
    const int file = ::open(ready.report.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file >= 0) {
        put(file, ready.facts);
        put(file, "\nThe program ended by signal ");
        put(file, nameOf(signal));
        put(file, ", ");
        put(file, static_cast<long>(std::time(nullptr) - ready.start));
        put(file, " s after its start.\n\nStack (addr2line -Cfe PROGRAM ADDRESS names the lines of a debug build):\n");
        std::array<void*, kMostFrames> frames{};
        const int count = ::backtrace(frames.data(), kMostFrames);
        ::backtrace_symbols_fd(frames.data(), count, file);
        if (!ready.log.empty()) {
            put(file, "\nEnd of the log:\n");
            putEndOf(file, ready.log.c_str());
        }
        ::close(file);
    }
    ::raise(signal);  // SA_RESETHAND: now as if there were no handler
}

// Exceptions say more than the SIGABRT they end in.
[[noreturn]] void onTerminate() {
    if (const auto exception = std::current_exception()) {
        try {
            std::rethrow_exception(exception);
        } catch (const std::exception& error) {
            logger("app")->critical("uncaught exception: {}", error.what());
        } catch (...) {
            logger("app")->critical("uncaught exception of an unknown type");
        }
    }
    std::abort();
}

// Oldest first: names begin with the time.
std::vector<std::string> reportsIn(const std::filesystem::path& folder) {
    std::vector<std::string> reports;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
        if (entry.path().extension() == kEnding) {
            reports.push_back(entry.path().filename().string());
        }
    }
    std::ranges::sort(reports);
    return reports;
}

}  // namespace

void writeCrashReports(const std::filesystem::path& folder, const std::string& facts,
                       const std::filesystem::path& log) {
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    if (problem) {
        logger("app")->warn("There will be no reports of crashes in {}: {}", folder.string(), problem.message());
        return;
    }
    Prepared& ready = prepared();
    ready.start = std::time(nullptr);
    ready.report =
        (folder / fmt::format("{:%Y%m%d-%H%M%S}-{}{}", fmt::gmtime(ready.start), ::getpid(), kEnding)).string();
    ready.facts = fmt::format("{}Started {:%Y-%m-%d %H:%M:%S} UTC.\n", facts, fmt::gmtime(ready.start));
    ready.log = log.string();
    ready.stack.resize(kStackBytes);
    std::array<void*, 1> frame{};
    ::backtrace(frame.data(), 1);  // loads its library
    stack_t stack{};
    stack.ss_sp = ready.stack.data();
    stack.ss_size = ready.stack.size();
    ::sigaltstack(&stack, nullptr);
    struct sigaction action {};
    action.sa_handler = onCrash;
    action.sa_flags = static_cast<int>(SA_ONSTACK | SA_RESETHAND);
    for (const int signal : kSignals) {
        ::sigaction(signal, &action, nullptr);
    }
    std::set_terminate(onTerminate);
}

std::optional<std::filesystem::path> newCrashReport(const std::filesystem::path& folder) {
    const auto reports = reportsIn(folder);
    std::string seen;
    std::getline(std::ifstream(folder / kSeen), seen);
    if (reports.empty() || reports.back() <= seen) {
        return std::nullopt;
    }
    return folder / reports.back();
}

void acknowledgeCrashReports(const std::filesystem::path& folder) {
    const auto reports = reportsIn(folder);
    if (reports.empty()) {
        return;
    }
    if (const auto kept = writeFileAtomically(folder / kSeen, reports.back()); !kept) {
        logger("app")->info("{}", kept.error().message);
    }
    std::error_code ignored;
    for (std::size_t i = 0; i + kReportsKept < reports.size(); ++i) {
        std::filesystem::remove(folder / reports[i], ignored);
    }
}

}  // namespace sightline
