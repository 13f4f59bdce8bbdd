// Which logical CPUs share a core, and which cores are the fast ones.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace sightline {

struct LogicalCpu {
    int number = 0;
    int package = 0;
    int core = 0;      // within its package
    int capacity = 0;  // relative speed where the kernel tells it, else 0
    bool fast = true;  // false: an efficiency core of a hybrid CPU
    int sibling = 0;   // place among the logical CPUs of its core: 0 is the first

    bool operator==(const LogicalCpu&) const = default;
};

struct CpuTopology {
    std::vector<LogicalCpu> cpus;     // by number
    std::vector<std::string> caches;  // of the first CPU: "L1 data 32K", "L3 32768K shared by 0-7"
    std::string governor;             // of the first CPU; empty where frequency is not the kernel's to choose

    int cores() const;      // physical
    int fastCores() const;  // of them, those that are no efficiency cores

    // Logical CPUs in the order in which threads should fill them: fast cores, efficiency cores, then second threads of
    // cores.
    std::vector<int> preferred() const;
};

// Reads /sys/devices/system/cpu, or a copy of it under `root`. Where it cannot be read every logical CPU counts as a
// core. CPUs that this process may not use are left out when `root` is the real one. Any thread.
CpuTopology readCpuTopology(const std::filesystem::path& root = "/sys/devices");

}  // namespace sightline
