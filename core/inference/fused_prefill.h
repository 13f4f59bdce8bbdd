// Features of a picture become the keys and values of its visual tokens, over int8 weights: once a picture, whatever
// the captions, beams and steps. Knows nothing of LibTorch.
//
// Its twin is FusedDecoder.prefill of models/sightline_models/fused.py.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/inference/engine_parts.h"
#include "core/inference/int8_linear.h"

namespace sightline {

// What says which of the classes of a detection network are in the picture.
struct ClassWeights {
    Int8Linear detect;  // of a cell
    Int8Linear name;    // adds them to the sentence's tokens
    float scale = 1.0F;
};

// The sentence embedding that the picture's captions are predicted to have, as tokens before those of the cells.
struct SentenceWeights {
    int tokens = 0;
    std::optional<ClassWeights> classes;
    Int8Linear predict;  // mean features, and the classes, to the embedding
    Int8Linear expand;
    LayerNorm norm;
    std::vector<float> positions;  // [tokens, width]
};

struct PrefillWeights {
    int cells = 0;
    int channels = 0;
    int width = 0;
    int heads = 0;
    Int8Linear visual;  // a cell's features to a visual token
    LayerNorm norm;
    std::vector<float> positions;  // [cells, width]
    std::optional<SentenceWeights> sentence;
    std::vector<Int8Linear> blocks;  // visual tokens to a block's keys, then values
};

class FusedPrefill {
public:
    FusedPrefill(PrefillWeights weights, ParallelFor parallel);

    // Visual tokens.
    int prefixLength() const { return prefixLength_; }
    // features [cells, channels] -> prefix, as FusedDecoder::start wants it:
    // [blocks, 2, heads, prefixLength, width / heads]. One thread at a time.
    void run(std::span<const float> features, std::span<float> prefix);

private:
    void linear(const Int8Linear& layer, std::span<const float> x, std::span<float> y, int rows);
    void sentence(const SentenceWeights& weights, std::span<const float> features);

    // immutable
    const PrefillWeights weights_;
    const ParallelFor parallel_;
    const int prefixLength_;

    QuantizedRows quantized_;
    std::vector<float> x_;  // visual tokens [prefixLength, width]
    std::vector<float> detected_;
    std::vector<float> seen_;
    std::vector<float> summary_;
    std::vector<float> embedding_;
    std::vector<float> named_;
};

}  // namespace sightline
