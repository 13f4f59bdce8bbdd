// Takes the int8 weights of an encoder out of its TorchScript archive.
#pragma once

#include "core/inference/fused_encoder.h"
#include "core/inference/module_archive.h"

namespace sightline {

// `archive` holds an EncoderNetwork of models/sightline_models/network.py, quantized by quantize.py, of inverted
// residuals with ReLU6. Throws ArchiveError for any other.
EncoderWeights encoderWeights(const ModuleArchive& archive);

}  // namespace sightline
