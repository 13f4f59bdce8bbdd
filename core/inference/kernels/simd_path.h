// The instruction sets that our own kernels are written for. Any thread.
#pragma once

#include <vector>

namespace sightline {

// Narrowest first. NeonDot: AArch64 with its dot products (dotprod); the others but Portable: x86-64.
enum class SimdPath { Portable, Avx2, AvxVnni, Avx512Vnni, NeonDot };

// Those this CPU runs, widest first, not above what the environment variable SIGHTLINE_MAX_SIMD (portable, avx2,
// avxvnni, avx512, neon) allows.
std::vector<SimdPath> simdPathsHere();
// The first of them.
SimdPath bestSimdPath();
const char* name(SimdPath path);

}  // namespace sightline
