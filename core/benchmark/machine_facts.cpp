#include "core/benchmark/machine_facts.h"

#include <cstdlib>

#include <fmt/format.h>
#include <sys/utsname.h>

#include "core/base/machine.h"
#include "core/benchmark/cpu_topology.h"
#include "core/inference/torch_library.h"

namespace sightline {
namespace {

#if defined(__clang__)
constexpr const char* kCompiler = "Clang " __clang_version__;
#else
constexpr const char* kCompiler = "GCC " __VERSION__;
#endif

// Of our own code, of oneDNN and ATen, and of OpenMP's two common libraries.
constexpr const char* kVariables[] = {"SIGHTLINE_MAX_SIMD", "ONEDNN_MAX_CPU_ISA", "ATEN_CPU_CAPABILITY",
                                      "OMP_WAIT_POLICY",    "OMP_PROC_BIND",      "OMP_PLACES",
                                      "GOMP_SPINCOUNT",     "GOMP_CPU_AFFINITY",  "KMP_BLOCKTIME"};

std::string kernelName() {
    utsname name{};
    return ::uname(&name) == 0 ? fmt::format("{} {} {}", name.sysname, name.release, name.machine) : "unknown";
}

}  // namespace

MachineFacts readMachineFacts() {
    const CpuFacts cpu = readCpuFacts();
    CpuTopology topology = readCpuTopology();
    MachineFacts facts;
    facts.cpu = cpu.model;
    facts.logicalCpus = static_cast<int>(topology.cpus.size());
    facts.cores = topology.cores();
    facts.fastCores = topology.fastCores();
    facts.caches = std::move(topology.caches);
    facts.simd = cpu.simd;
    for (const char* name : kVariables) {
        if (const char* value = std::getenv(name)) {
            facts.environment.push_back(fmt::format("{}={}", name, value));
        }
    }
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
