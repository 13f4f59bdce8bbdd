// The machine and the program that a report's figures belong to.
#pragma once

#include <string>
#include <vector>

namespace sightline {

struct MachineFacts {
    std::string cpu;
    int logicalCpus = 0;  // that this process may use
    int cores = 0;
    int fastCores = 0;  // that are no efficiency cores
    std::vector<std::string> caches;
    std::string simd;
    std::vector<std::string> environment;  // variables that change how fast captions are, as "OMP_WAIT_POLICY=passive"
    std::string governor;                  // of the frequency; "n/a" where the kernel does not choose it
    std::string kernel;
    std::string program;  // with version and build type
    std::string compiler;
    std::string libTorch;

    bool operator==(const MachineFacts&) const = default;
};

// Any thread.
MachineFacts readMachineFacts();

// "AMD EPYC, 2 cores, AVX-512 VNNI": tells whether two runs are from the same kind of machine.
std::string machineName(const MachineFacts& facts);

}  // namespace sightline
