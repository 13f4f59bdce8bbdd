// Kernels of instruction sets that this CPU may lack: the program's own loops (core/inference/kernels), whose
// instructions are computed one by one by SIMDe. They prove what the sets compute, and say nothing about speed.
#pragma once

#include <vector>

#include "core/inference/kernels/kernels.h"

namespace sightline::test {

struct EmulatedKernels {
    const char* name;
    const ConvolutionKernels<std::uint8_t>* convolutions;
    const LinearKernels* linear;
};

EmulatedKernels emulatedAvx512Vnni();
EmulatedKernels emulatedAvxVnni();  // on a CPU with AVX2
EmulatedKernels emulatedNeonDot();

// All that run here; none where tests are built for another processor than x86-64.
inline std::vector<EmulatedKernels> emulatedKernels() {
    std::vector<EmulatedKernels> found;
#if defined(__x86_64__)
    found = {emulatedAvx512Vnni(), emulatedNeonDot()};
    if (bestSimdPath() != SimdPath::Portable) {
        found.push_back(emulatedAvxVnni());
    }
#endif
    return found;
}

}  // namespace sightline::test
