// Takes the int8 weights of a decoder out of its TorchScript archive.
#pragma once

#include "core/inference/fused_decoder.h"
#include "core/inference/fused_prefill.h"
#include "core/inference/manifest.h"
#include "core/inference/module_archive.h"

namespace sightline {

// `archive` holds a DecoderNetwork of models/sightline_models/network.py, quantized by quantize.py. Throws ArchiveError
// for any other, and for layers of other sizes than `manifest` says: FusedDecoder reads them without a look.
DecoderWeights decoderWeights(const ModuleArchive& archive, const Manifest& manifest, SimdPath path);

// Those of its `prefill`. Throws as well, and where the visual tokens are others than `manifest` says.
PrefillWeights prefillWeights(const ModuleArchive& archive, const Manifest& manifest, SimdPath path);

}  // namespace sightline
