#include "core/torch/half_weights.h"

// No fmt in files that include LibTorch: it brings fmt headers of its own, of another version.
#include <torch/script.h>

namespace sightline {
namespace {

bool cpuMultipliesHalves() {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512bf16") != 0;
#else
    return false;
#endif
}

}  // namespace

void widenHalves(const torch::jit::Module& module) {
    if (cpuMultipliesHalves()) {
        return;
    }
    const auto widen = [](at::Tensor tensor) {
        if (tensor.scalar_type() == torch::kBFloat16) {
            tensor.set_data(tensor.to(torch::kFloat));
        }
    };
    for (const auto& tensor : module.parameters()) {
        widen(tensor);
    }
    for (const auto& tensor : module.buffers()) {
        widen(tensor);
    }
}

}  // namespace sightline
