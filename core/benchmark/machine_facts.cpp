#include "core/benchmark/machine_facts.h"

#include <cstdlib>

#include <fmt/format.h>
#include <sys/utsname.h>

#include "core/base/machine.h"
#include "core/benchmark/cpu_topology.h"
#include "core/inference/torch_runtime.h"

namespace sightline {
namespace {

#if defined(__clang__)
constexpr const char* kCompiler = "Clang " __clang_version__;
#else
constexpr const char* kCompiler = "GCC " __VERSION__;
#endif

std::string kernelName() {
    utsname name{};
    return ::uname(&name) == 0 ? fmt::format("{} {} {}", name.sysname, name.release, name.machine) : "unknown";
}

}  // namespace

MachineFacts readMachineFacts() {
    const CpuFacts cpu = readCpuFacts();
    CpuTopology topology = readCpuTopology();
    const char* limit = std::getenv("SIGHTLINE_MAX_SIMD");
    MachineFacts facts;
    facts.cpu = cpu.model;
    facts.logicalCpus = static_cast<int>(topology.cpus.size());
    facts.cores = topology.cores();
    facts.fastCores = topology.fastCores();
    facts.caches = std::move(topology.caches);
    facts.simd = cpu.simd;
    facts.simdLimit = limit ? limit : "";
    facts.governor = topology.governor.empty() ? "n/a" : topology.governor;
    facts.kernel = kernelName();
    facts.program = "sightline " SIGHTLINE_VERSION " (" SIGHTLINE_BUILD_TYPE ")";
    facts.compiler = kCompiler;
    facts.libTorch = libTorchVersion();
    return facts;
}

std::string machineName(const MachineFacts& facts) {
    return fmt::format("{}, {} {}, {}", facts.cpu, facts.logicalCpus, facts.logicalCpus == 1 ? "CPU" : "CPUs",
                       facts.simd);
}

}  // namespace sightline
