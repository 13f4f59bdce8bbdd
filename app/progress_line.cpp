#include "app/progress_line.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace sightline {
namespace {

using WallClock = std::chrono::steady_clock;

constexpr auto kDrawEvery = std::chrono::milliseconds(200);
constexpr double kFirstEstimate = 0.02;  // of the work; before, the rest cannot be estimated

// Time left of work of which `fraction` took `elapsed`.
std::string leftText(double fraction, WallClock::duration elapsed) {
    if (fraction < kFirstEstimate) {
        return "-:--";
    }
    return durationText(std::chrono::duration<double>(elapsed) * ((1.0 - fraction) / fraction));
}

std::size_t terminalWidth(std::FILE* out) {
    winsize size{};
    return ::ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

std::string durationText(std::chrono::duration<double> time) {
    const auto seconds = static_cast<std::int64_t>(std::ceil(std::max(0.0, time.count())));
    if (seconds >= 3600) {
        return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
    return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
}

ProgressLine::ProgressLine(std::FILE* out, std::size_t files, std::uint64_t totalBytes)
    : out_(out), shown_(isatty(fileno(out)) == 1), files_(files), totalBytes_(std::max<std::uint64_t>(1, totalBytes)),
      started_(WallClock::now()) {}

void ProgressLine::begin(std::size_t file, const std::string& name, std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    running_[file] = {name, bytes, 0.0, WallClock::now()};
    draw();
}

void ProgressLine::advance(std::size_t file, double fraction) {
    const std::lock_guard lock(mutex_);
    running_[file].fraction = std::clamp(fraction, 0.0, 1.0);
    if (WallClock::now() - drawn_ >= kDrawEvery) {
        draw();
    }
}

void ProgressLine::end(std::size_t file) {
    const std::lock_guard lock(mutex_);
    doneBytes_ += running_[file].bytes;
    running_.erase(file);
    ++ended_;
    erase();
}

void ProgressLine::print(std::FILE* to, const std::string& lines) {
    const std::lock_guard lock(mutex_);
    erase();
    fmt::print(to, "{}", lines);
    std::fflush(to);
    if (!running_.empty()) {
        draw();
    }
}

void ProgressLine::draw() {
    if (!shown_) {
        return;
    }
    drawn_ = WallClock::now();
    double bytes = static_cast<double>(doneBytes_);
    std::string line = fmt::format("{} of {} files", ended_, files_);
    for (const auto& [file, running] : running_) {
        bytes += running.fraction * static_cast<double>(running.bytes);
        line += fmt::format(" | {} {:.0f} %, {} left", running.name, 100.0 * running.fraction,
                            leftText(running.fraction, drawn_ - running.started));
    }
    const double share = bytes / static_cast<double>(totalBytes_);
    line += fmt::format(" | all {:.0f} %, {} left", 100.0 * share, leftText(share, drawn_ - started_));
    fmt::print(out_, "\r\033[K{}", line.substr(0, terminalWidth(out_) - 1));
    std::fflush(out_);
}

void ProgressLine::erase() {
    if (shown_) {
        fmt::print(out_, "\r\033[K");
        std::fflush(out_);
    }
}

}  // namespace sightline
