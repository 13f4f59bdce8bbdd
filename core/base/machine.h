// The machine a figure was measured on.
#pragma once

#include <string>

namespace sightline {

struct CpuFacts {
    std::string model = "unknown CPU";
    std::string simd = "no SIMD known";  // widest extension that matters here
};

// From /proc/cpuinfo. Any thread.
CpuFacts readCpuFacts();

// "AMD EPYC, 2 cores, AVX-512 VNNI": CPU model, logical cores, widest SIMD extension that matters here.
// From /proc/cpuinfo; "unknown CPU" where that cannot be read.
std::string describeMachine();

}  // namespace sightline
