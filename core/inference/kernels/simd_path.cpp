#include "core/inference/kernels/simd_path.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace sightline {
namespace {

constexpr std::pair<std::string_view, SimdPath> kLimits[] = {{"portable", SimdPath::Portable},
                                                             {"avx2", SimdPath::Avx2},
                                                             {"avxvnni", SimdPath::AvxVnni},
                                                             {"avx512", SimdPath::Avx512Vnni},
                                                             {"neon", SimdPath::NeonDot}};

#if defined(__x86_64__)
// Not by __builtin_cpu_supports, which knows the name in newer compilers only.
bool hasAvxVnni() {
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    constexpr unsigned kAvxVnniBit = 1U << 4;  // leaf 7, subleaf 1, EAX; Intel's manual, volume 2, CPUID
    return __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a & kAvxVnniBit) != 0;
}
#endif

bool runs(SimdPath path) {
    switch (path) {
        case SimdPath::Portable: return true;
#if defined(__x86_64__)
        case SimdPath::Avx2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
        case SimdPath::AvxVnni: return runs(SimdPath::Avx2) && hasAvxVnni();
        case SimdPath::Avx512Vnni:
            return runs(SimdPath::Avx2) && __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw");
#elif defined(__aarch64__)
        case SimdPath::NeonDot: return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
#endif
        default: return false;
    }
}

}  // namespace

std::vector<SimdPath> simdPathsHere() {
    const char* limit = std::getenv("SIGHTLINE_MAX_SIMD");
    const auto* const most =
        std::ranges::find(kLimits, std::string_view(limit ? limit : ""), [](const auto& entry) { return entry.first; });
    std::vector<SimdPath> found;
    for (const SimdPath path :
         {SimdPath::NeonDot, SimdPath::Avx512Vnni, SimdPath::AvxVnni, SimdPath::Avx2, SimdPath::Portable}) {
        if (runs(path) && (most == std::end(kLimits) || path <= most->second)) {
            found.push_back(path);
        }
    }
    return found;
}

SimdPath bestSimdPath() { return simdPathsHere().front(); }

const char* name(SimdPath path) {
    switch (path) {
        case SimdPath::NeonDot: return "NEON dot product";
        case SimdPath::Avx512Vnni: return "AVX-512 VNNI";
        case SimdPath::AvxVnni: return "AVX-VNNI";
        case SimdPath::Avx2: return "AVX2";
        case SimdPath::Portable: break;
    }
    return "portable";
}

}  // namespace sightline
