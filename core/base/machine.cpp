#include "core/base/machine.h"

#include <fstream>
#include <sstream>
#include <thread>

#include <fmt/format.h>

namespace sightline {
namespace {

// Widest first: flag in /proc/cpuinfo and its name.
constexpr std::pair<const char*, const char*> kSimd[] = {
    {"amx_int8", "AMX int8"},
    {"avx512_vnni", "AVX-512 VNNI"},
    {"avx512f", "AVX-512"},
    {"avx_vnni", "AVX-VNNI"},
    {"avx2", "AVX2"},
    {"sse4_2", "SSE4.2"},
    {"asimddp", "NEON dot product"},
    {"asimd", "NEON"},
};

}  // namespace

CpuFacts readCpuFacts() {
    std::ifstream file("/proc/cpuinfo");
    CpuFacts facts;
    for (std::string line; std::getline(file, line);) {
        const auto colon = line.find(": ");
        if (line.starts_with("model name") && colon != std::string::npos) {
            facts.model = line.substr(colon + 2);
        } else if ((line.starts_with("flags") || line.starts_with("Features")) && colon != std::string::npos) {
            const std::string flags = line.substr(colon + 1) + " ";
            for (const auto& [flag, name] : kSimd) {
                if (flags.find(fmt::format(" {} ", flag)) != std::string::npos) {
                    facts.simd = name;
                    break;
                }
            }
            break;
        }
    }
    return facts;
}

std::string describeMachine() {
    const CpuFacts facts = readCpuFacts();
    return fmt::format("{}, {} cores, {}", facts.model, std::thread::hardware_concurrency(), facts.simd);
}

}  // namespace sightline
