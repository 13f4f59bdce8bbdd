// Takes the int8 weights of a decoder out of its TorchScript archive.
#pragma once

#include "core/inference/fused_decoder.h"
#include "core/inference/fused_prefill.h"
#include "core/inference/manifest.h"

namespace torch::jit {
struct Module;
}

namespace sightline {

// `decoder` is a DecoderNetwork of models/sightline_models/network.py, quantized by quantize.py. Throws c10::Error for
// any other module, and for layers of other sizes than `manifest` says: FusedDecoder reads them without a look.
DecoderWeights decoderWeights(const torch::jit::Module& decoder, const Manifest& manifest, SimdPath path);

// Those of its `prefill`. Throws as well, and where the visual tokens are others than `manifest` says.
PrefillWeights prefillWeights(const torch::jit::Module& decoder, const Manifest& manifest, SimdPath path);

}  // namespace sightline
