#include "core/inference/bundle_check.h"

#include <charconv>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <optional>

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "core/base/child_process.h"
#include "core/inference/bundle_captioner.h"
#include "core/inference/bundle_script.h"
#include "core/inference/torch_library.h"

namespace sightline {
namespace {

constexpr std::uint64_t kMegabyte = 1'000'000;
constexpr std::uint64_t kRoom = 1000 * kMegabyte;  // beside the weights: LibTorch's own, pictures inside the network
constexpr auto kTime = std::chrono::seconds(60);
constexpr std::uint64_t kBytesASecond = 5 * kMegabyte;
constexpr int kWaiting = 3;  // times the CPU time: other programs use the CPU as well

// Memory checkers take terabytes of addresses for themselves.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kBoundsMemory = false;
#else
constexpr bool kBoundsMemory = true;
#endif

bool bound(int what, std::uint64_t most, std::uint64_t last) {
    const rlimit limit{most, last};
    return ::setrlimit(static_cast<__rlimit_resource>(what), &limit) == 0;
}

// Bytes of addresses in use.
std::uint64_t addressesInUse() {
    std::uint64_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

bool boundThisProcess(const BundleCheckLimits& limits) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    std::signal(SIGXFSZ, SIG_IGN);  // writing fails then
    const auto seconds = static_cast<std::uint64_t>(limits.cpuTime.count());
    const std::uint64_t memory = addressesInUse() + limits.memoryBytes;
    return bound(RLIMIT_CPU, seconds, seconds + 1) && bound(RLIMIT_FSIZE, 0, 0) && bound(RLIMIT_CORE, 0, 0) &&
           (!kBoundsMemory || bound(RLIMIT_AS, memory, memory));
}

bool isForWantOfMemory(const Error& error) {
    const auto says = [&error](const char* words) { return error.detail.find(words) != std::string::npos; };
    return says("can't allocate memory") || says("bad_alloc") || says("Cannot allocate memory");
}

std::string tooMuchMemory(const std::string& path, const BundleCheckLimits& limits) {
    return fmt::format(
        "The model {} asks for more than {} MB of memory, far more than its size explains. Choose another model.", path,
        limits.memoryBytes / kMegabyte);
}

struct Task {
    BundleCheckLimits limits;
    std::string model;
};

// As one argument, and back: file names need not be text that JSON takes.
std::string toArgument(const Task& task) {
    return fmt::format("{}:{}:{}", task.limits.memoryBytes, task.limits.cpuTime.count(), task.model);
}

std::optional<Task> taskFrom(std::string_view argument) {
    Task task;
    int seconds = 0;
    const char* end = argument.data() + argument.size();
    const auto memory = std::from_chars(argument.data(), end, task.limits.memoryBytes);
    if (memory.ec != std::errc() || memory.ptr == end || *memory.ptr != ':') {
        return std::nullopt;
    }
    const auto time = std::from_chars(memory.ptr + 1, end, seconds);
    if (time.ec != std::errc() || time.ptr == end || *time.ptr != ':' || seconds <= 0) {
        return std::nullopt;
    }
    task.limits.cpuTime = std::chrono::seconds(seconds);
    task.model.assign(time.ptr + 1, end);
    return task;
}

}  // namespace

BundleCheckLimits limitsOf(const std::filesystem::path& path) {
    std::error_code problem;
    const auto size = std::filesystem::file_size(path, problem);
    const std::uint64_t bytes = problem ? 0 : size;
    return {4 * bytes + kRoom, kTime + std::chrono::seconds(bytes / kBytesASecond)};
}

Result<void> checkBundle(const std::filesystem::path& program, const std::filesystem::path& path,
                         const BundleCheckLimits& limits, const std::stop_token& stop) {
    auto child = ChildProcess::start(program, {kCheckCommand, toArgument({limits, path.string()})}, "The trial");
    if (!child) {
        return tl::unexpected(child.error());
    }
    std::optional<nlohmann::json> answer;
    const auto done = child->readLines(
        [&answer](std::string_view line) {
            auto read = nlohmann::json::parse(line, nullptr, false);
            if (read.is_object()) {
                answer = std::move(read);
            }
        },
        kWaiting * limits.cpuTime, stop);
    if (!done && done.error().code == ErrorCode::Cancelled) {
        return done;
    }
    if (answer && answer->value("fine", false)) {
        return {};
    }
    if (answer && answer->contains("error")) {
        return fail(ErrorCode::Model, answer->value("error", std::string()), answer->value("detail", std::string()));
    }
    const std::string why = done ? "The trial gave no answer." : done.error().message;
    const bool late = why.find("said nothing") != std::string::npos ||
                      why.find(fmt::format("signal {} ", SIGXCPU)) != std::string::npos;
    return fail(ErrorCode::Model,
                late ? fmt::format("The model {} made no caption within {} s of computing, far longer than its size "
                                   "explains. Choose another model.",
                                   path.string(), limits.cpuTime.count())
                     : fmt::format("The model {} made the process crash in which it was tried first. Get an intact "
                                   "bundle, or choose another model.",
                                   path.string()),
                why);
}

int runBundleCheck(const std::string& argument, std::FILE* out) {
    const auto task = taskFrom(argument);
    const auto torch = torchFunctions();  // before its memory counts; whoever needs it says that it is missing
    if (!task || !boundThisProcess(task->limits)) {
        fmt::print(stderr, "sightline: this command belongs to the program, which starts it by itself.\n");
        return EXIT_FAILURE;
    }
    auto tried = checkScripts(task->model);
    if (tried) {
        const auto captioner = loadCaptioner(task->model, 1);
        tried = captioner ? Result<void>() : tl::unexpected(captioner.error());
    }
    nlohmann::json answer{{"fine", tried.has_value()}};
    if (!tried) {
        const bool memory = isForWantOfMemory(tried.error());
        answer["error"] = memory ? tooMuchMemory(task->model, task->limits) : tried.error().message;
        answer["detail"] = tried.error().detail;
    }
    fmt::print(out, "{}\n", answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    std::fflush(out);
    std::_Exit(EXIT_SUCCESS);  // what is left of the model is not asked any more
}

}  // namespace sightline
