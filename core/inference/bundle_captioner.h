// The captioner that runs bundles: int8 ones of models/ by engines of our own, others by LibTorch, which is loaded
// then.
#pragma once

#include <filesystem>
#include <memory>

#include "core/inference/captioner.h"
#include "core/inference/int8_linear.h"

namespace sightline {

// How decoder steps are computed. Engines round differently, so now and then a caption differs.
struct DecoderEngine {
    bool fused = true;               // by FusedDecoder where the decoder is int8 and ours; otherwise by LibTorch
    SimdPath simd = bestSimdPath();  // of the fused ones
    bool traced = false;             // the fused one fills StageTimes::parts
    // By FusedEncoder where the encoder is int8 and fits it; otherwise by LibTorch, whose products are exact with
    // AVX-512 VNNI only. Features are the same there.
    bool fusedEncoder = true;
};

// Loads and checks a bundle, runs it once on a grey picture so that the first real caption is not slow, and verifies
// the shapes it returns. `threads` is the intra-op CPU thread count, set on whatever thread calls caption().
// Where LibTorch runs, it sets the process-wide quantized engine, so load bundles one after another.
// Errors: NotFound; Model for a foreign, truncated, damaged or newer file, or one whose network does not fit its
// manifest; Unsupported where LibTorch is needed and missing.
Result<std::unique_ptr<Captioner>> loadCaptioner(const std::filesystem::path& path, int threads,
                                                 const DecoderEngine& engine = {});

}  // namespace sightline
