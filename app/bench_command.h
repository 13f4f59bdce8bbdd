// `sightline bench`: which CPU settings and which decoder engine caption fastest on this machine.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "app/settings.h"

namespace sightline {

struct BenchCommand {
    std::string threads = "1-4";
    std::string interOp = "1";
    std::string beams = "0";              // 0: the model's own
    std::vector<std::string> models;      // bundle files; empty: the one of the settings
    std::vector<std::string> precisions;  // of the bundles those with these; empty: all
    std::vector<std::string> affinities{"any"};
    std::vector<std::string> pipelines{"sequential"};
    std::string busyPrograms = "0";  // that keep CPUs busy meanwhile
    std::string format = "md";
    std::string output;  // file; empty: standard output
    std::string clip;    // empty: the shipped sample
    std::uint64_t seed = 1;
    int pictures = 24;
    int repetitions = 15;           // at most
    double patienceSeconds = 15.0;  // that a setting waits while other programs use the CPU
    bool quick = false;             // one visit of each setting
};

struct BenchEngineCommand {
    std::vector<std::string> inputs;  // picture files; empty: pictures of the clip
    std::string format = "md";
    std::string output;  // file; empty: standard output
    std::string flame;   // file of folded stacks; empty: none
    int pictures = 24;   // of the shipped sample, where no inputs are given
    int rounds = 5;
    std::uint64_t seed = 1;
};

// Returns an exit code. The report goes to `out` or the file, progress to standard error. Interrupting it (Ctrl+C)
// writes what was measured.
int runBenchCommand(const BenchCommand& command, const Settings& settings, std::FILE* out);

// `sightline bench engine`: our decoder on each instruction set against LibTorch's, likewise.
int runBenchEngineCommand(const BenchEngineCommand& command, const Settings& settings, std::FILE* out);

// The process that measures one setting; the command line's hidden "bench-child". Another hidden one, "bench-busy",
// is keepBusy().
int runBenchChildCommand(const std::string& task, std::FILE* out);

}  // namespace sightline
