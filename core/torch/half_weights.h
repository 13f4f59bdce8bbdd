// Weights that a bundle stores in bfloat16.
#pragma once

namespace torch::jit {
struct Module;
}

namespace sightline {

// Makes them float where the CPU has no products of bfloat16, which LibTorch would imitate: many times slower than
// float. Throws what LibTorch throws.
void widenHalves(const torch::jit::Module& module);

}  // namespace sightline
