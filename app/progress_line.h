// The progress of a batch of files on a terminal's last line.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <mutex>
#include <string>

namespace sightline {

// Any thread. Shows nothing where `out` is no terminal.
class ProgressLine {
public:
    // `totalBytes`: of all files; the share of bytes done tells how long the rest takes.
    ProgressLine(std::FILE* out, std::size_t files, std::uint64_t totalBytes);

    void begin(std::size_t file, const std::string& name, std::uint64_t bytes);
    void advance(std::size_t file, double fraction);  // 0..1
    void end(std::size_t file);

    // Writes whole lines to `to` without tearing them.
    void print(std::FILE* to, const std::string& lines);

private:
    struct Running {
        std::string name;
        std::uint64_t bytes = 0;
        double fraction = 0.0;
        std::chrono::steady_clock::time_point started;
    };

    void draw();   // mutex_ held
    void erase();  // mutex_ held

    // immutable
    std::FILE* const out_;
    const bool shown_;
    const std::size_t files_;
    const std::uint64_t totalBytes_;
    const std::chrono::steady_clock::time_point started_;

    // guarded by mutex_
    std::mutex mutex_;
    std::map<std::size_t, Running> running_;
    std::size_t ended_ = 0;
    std::uint64_t doneBytes_ = 0;
    std::chrono::steady_clock::time_point drawn_{};
};

// "1:02:03" or "2:03", rounded up to a second.
std::string durationText(std::chrono::duration<double> time);

}  // namespace sightline
