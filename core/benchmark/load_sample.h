// What processes and the whole machine use, from the kernel's own counters.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <vector>

#include <sys/types.h>

#include "core/base/clock.h"

namespace sightline {

// CPU time of each thread of a process since the thread began, and the process's memory.
struct ProcessSample {
    SteadyTime at{};
    std::map<int, std::chrono::nanoseconds> threads;  // by thread id
    std::uint64_t residentBytes = 0;
};

// From /proc/PID; nothing for a process that is gone. Any thread.
std::optional<ProcessSample> sampleProcess(pid_t process);

// What a process used between two samples.
struct ProcessUse {
    double cpus = 0.0;    // 1.5: one and a half CPUs all the time
    int busyThreads = 0;  // threads that ran at least a fifth as long as the busiest one
};

ProcessUse useBetween(const ProcessSample& before, const ProcessSample& after);

// CPU time that all processes used since the machine started, and what a hypervisor gave to others.
struct MachineSample {
    SteadyTime at{};
    std::chrono::nanoseconds busy{};
};

// From /proc/stat. Any thread.
MachineSample sampleMachine();

// CPUs that were busy on average between two samples.
double busyCpus(const MachineSample& before, const MachineSample& after);

// Counts the energy of the CPU packages through RAPL. Any thread.
class EnergyMeter {
public:
    // `root`: of the powercap zones. Finds nothing where there are none or they may not be read, which is usual for
    // anyone but root and in virtual machines.
    explicit EnergyMeter(const std::filesystem::path& root = "/sys/class/powercap");

    // Joules since an arbitrary point; nothing where energy cannot be read.
    std::optional<double> joules();

private:
    struct Zone {
        std::filesystem::path file;
        double range = 0.0;  // microjoules at which the counter begins anew
        double last = 0.0;
        double total = 0.0;
    };

    std::vector<Zone> zones_;
};

}  // namespace sightline
