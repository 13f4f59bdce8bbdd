// Takes the int8 weights of an encoder out of its TorchScript archive.
#pragma once

#include "core/inference/fused_encoder.h"

namespace torch::jit {
struct Module;
}

namespace sightline {

// `encoder` is an EncoderNetwork of models/sightline_models/network.py, quantized by quantize.py, of inverted residuals
// with ReLU6. Throws c10::Error for any other module.
EncoderWeights encoderWeights(const torch::jit::Module& encoder);

}  // namespace sightline
