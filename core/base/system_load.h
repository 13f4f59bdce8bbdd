// How busy the machine and this process are, from the kernel's own counters.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"

namespace sightline {

// Since the machine started, in the kernel's clock ticks; what a hypervisor gave to others is busy.
struct CoreTicks {
    std::uint64_t busy = 0;
    std::uint64_t all = 0;
};

// One entry a core; none where the file cannot be read. Any thread.
std::vector<CoreTicks> coreTicks(const std::filesystem::path& stat = "/proc/stat");

struct SystemSample {
    SteadyTime at{};
    std::vector<CoreTicks> cores;
    std::chrono::nanoseconds processCpu{};
    std::uint64_t residentBytes = 0;
    int threads = 0;
    std::optional<double> celsius;  // of the hottest sensor; empty where none can be read
};

// Any thread. The folders are those of another machine in tests.
SystemSample sampleSystem(const std::filesystem::path& proc = "/proc",
                          const std::filesystem::path& thermal = "/sys/class/thermal");

// Of one process, by its folder under /proc; 0 when it is gone. Any thread.
std::uint64_t residentBytes(const std::filesystem::path& process = "/proc/self");

// What a program can have without making the machine swap; empty where the kernel does not say. Any thread.
std::optional<std::uint64_t> availableBytes(const std::filesystem::path& meminfo = "/proc/meminfo");

// Between two samples.
std::vector<double> coreShares(const SystemSample& before, const SystemSample& after);  // 0..1 each
double processCpus(const SystemSample& before, const SystemSample& after);              // 1.5: one and a half CPUs

}  // namespace sightline
