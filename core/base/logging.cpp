#include "core/base/logging.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>

#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/sinks/dist_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/base/log_file.h"

namespace sightline {
namespace {

constexpr std::size_t kFileBytes = 1'000'000;
constexpr std::size_t kFormerFiles = 2;
constexpr int kMostFiles = 8;  // processes that log into one folder at once

// All loggers write to one sink, which has the terminal and, once there is one, the file below it.
class Output {
public:
    Output()
        : all_(std::make_shared<spdlog::sinks::dist_sink_mt>()),
          terminal_(std::make_shared<spdlog::sinks::stderr_color_sink_mt>()) {
        terminal_->set_pattern("%H:%M:%S.%e %^%l%$ %n: %v");
        all_->add_sink(terminal_);
    }

    std::shared_ptr<spdlog::logger> logger(const std::string& name) {
        const std::lock_guard lock(mutex_);
        auto found = spdlog::get(name);
        if (!found) {
            found = std::make_shared<spdlog::logger>(name, all_);
            found->set_level(least());
            found->flush_on(spdlog::level::info);  // a crash must not lose the last lines
            spdlog::register_logger(found);
        }
        return found;
    }

    void setLevel(spdlog::level::level_enum level) {
        const std::lock_guard lock(mutex_);
        level_ = level;
        apply();
    }

    void add(std::shared_ptr<spdlog::sinks::sink> file) {
        const std::lock_guard lock(mutex_);
        file->set_pattern("%Y-%m-%d %H:%M:%S.%e %l %n: %v");
        file_ = std::move(file);
        all_->add_sink(file_);
        apply();
    }

private:
    spdlog::level::level_enum least() const { return file_ ? std::min(level_, spdlog::level::info) : level_; }

    void apply() {
        terminal_->set_level(level_);
        if (file_) {
            file_->set_level(least());
        }
        spdlog::set_level(least());
    }

    std::mutex mutex_;
    const std::shared_ptr<spdlog::sinks::dist_sink_mt> all_;
    const std::shared_ptr<spdlog::sinks::sink> terminal_;
    std::shared_ptr<spdlog::sinks::sink> file_;
    spdlog::level::level_enum level_ = spdlog::level::info;
};

Output& output() {
    static Output made;
    return made;
}

tl::unexpected<Error> cannotLog(const std::filesystem::path& folder, const char* why) {
    return fail(ErrorCode::Io, fmt::format("Cannot keep a log in {}: {}.", folder.string(), why));
}

}  // namespace

std::shared_ptr<spdlog::logger> logger(const std::string& name) { return output().logger(name); }

void setLogLevel(const std::string& level) { output().setLevel(spdlog::level::from_str(level)); }

Result<std::filesystem::path> startLogFile(const std::filesystem::path& folder) {
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    if (problem) {
        return cannotLog(folder, problem.message().c_str());
    }
    for (int i = 1; i <= kMostFiles; ++i) {
        const auto path = folder / (i == 1 ? "sightline.log" : fmt::format("sightline-{}.log", i));
        // Held until the process ends: two processes must not rotate one file.
        const int held = ::open((path.string() + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (held < 0) {
            return cannotLog(folder, std::strerror(errno));
        }
        if (::flock(held, LOCK_EX | LOCK_NB) != 0) {
            ::close(held);
            continue;
        }
        try {
            output().add(
                std::make_shared<spdlog::sinks::rotating_file_sink_mt>(path.string(), kFileBytes, kFormerFiles));
        } catch (const spdlog::spdlog_ex& error) {
            ::close(held);
            return cannotLog(folder, error.what());
        }
        return path;
    }
    return cannotLog(folder, "too many windows keep one there");
}

}  // namespace sightline
