// Takes the int8 weights of a decoder out of its TorchScript archive.
#pragma once

#include "core/inference/fused_decoder.h"

namespace torch::jit {
struct Module;
}

namespace sightline {

// `decoder` is a DecoderNetwork of models/sightline_models/network.py, quantized by quantize.py. Throws c10::Error for
// any other module.
DecoderWeights decoderWeights(const torch::jit::Module& decoder, int heads, SimdPath path);

}  // namespace sightline
