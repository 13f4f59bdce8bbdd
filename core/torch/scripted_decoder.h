// The decoder as the bundle's own TorchScript, for bundles of any precision.
#pragma once

#include <memory>

#include "core/inference/manifest.h"
#include "core/inference/token_search.h"

namespace at {
class Tensor;
}
namespace torch::jit {
struct Module;
}

namespace sightline {

// Calls the decoder's `step` method. One thread at a time; start() throws what LibTorch throws, the rest
// std::runtime_error of one line.
class ScriptedDecoder : public StepDecoder {
public:
    // `prefix`: float32 [layers, 2, 1, heads, prefix, head width].
    virtual void start(const at::Tensor& prefix, int beams) = 0;
};

std::unique_ptr<ScriptedDecoder> scriptedDecoder(const torch::jit::Module& decoder, const Manifest& manifest);

}  // namespace sightline
