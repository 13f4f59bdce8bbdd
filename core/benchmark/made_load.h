// Programs that do nothing but keep CPUs busy, so that settings can be measured beside them.
#pragma once

#include <filesystem>
#include <vector>

#include "core/base/child_process.h"
#include "core/base/result.h"
#include "core/benchmark/load_sample.h"

namespace sightline {

// The busy programs, which end with it at the latest. One thread at a time.
class MadeLoad {
public:
    // Starts `program` with the argument "bench-busy" that many times. Error: Internal, when it cannot be started.
    static Result<MadeLoad> start(const std::filesystem::path& program, int programs);

    // What they used until now, one sample a program that still runs.
    std::vector<ProcessSample> samples() const;

private:
    std::vector<ChildProcess> programs_;
};

// CPUs that the programs used between two calls of samples().
double usedCpus(const std::vector<ProcessSample>& before, const std::vector<ProcessSample>& after);

// What a busy program does: adds up memory that is larger than a core's own caches, as programs people use do, at the
// usual priority, until the process that started it (`parent`) is gone.
void keepBusy(pid_t parent);

// The argument that makes the program a busy one; its own argument is the id of the process that starts it.
inline constexpr const char* kBusyCommand = "bench-busy";

}  // namespace sightline
