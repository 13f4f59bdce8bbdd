// What runs in a process of its own: one setting, timed over a fixed clip.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace sightline {

// Everything a child is told. A clip is a video file; the same pictures are taken from it every time.
struct ChildTask {
    std::filesystem::path model;
    std::filesystem::path clip;
    int threads = 1;
    int interOp = 1;
    int beams = 1;
    bool overlapped = false;
    std::vector<int> cpus;  // that it may run on; empty: all
    int pictures = 24;
    int fixedTokens = 12;  // of the fixed-length captions; captions of photographs have about ten
    int repetitions = 3;

    bool operator==(const ChildTask&) const = default;
};

// As one command line argument, and back. Error: Corrupt.
std::string toArgument(const ChildTask& task);
Result<ChildTask> taskFromArgument(std::string_view argument);

// The line that the child writes when a repetition begins; toLine(Repetition) ends it.
inline constexpr std::string_view kRepetitionBegins = "begin";

// Takes the process over: pins it, sets LibTorch's counts, loads the bundle, warms up and writes two lines for each
// repetition to `out`. Ends with its parent. Errors: those of reading the bundle and the clip; Unsupported, CPUs that
// are not there; Io, when nobody reads `out`.
Result<void> runBenchmarkChild(const ChildTask& task, std::FILE* out);

}  // namespace sightline
