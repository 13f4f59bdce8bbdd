// The decoder's token step over int8 weights, fused: no tensors are made, beams share the picture's keys and values,
// and text keys and values are never moved. Knows nothing of LibTorch.
//
// One thread at a time. A step of `beams` rows reads every weight once.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

#include "core/inference/engine_parts.h"
#include "core/inference/int8_linear.h"
#include "core/inference/stage_times.h"
#include "core/inference/token_search.h"

namespace sightline {

// One GPT-2 block: pre-norm attention and a feed-forward layer with GELU (tanh form).
struct DecoderBlock {
    LayerNorm norm1;
    Int8Linear qkv;  // query, key and value of all heads, one after the other
    Int8Linear project;
    LayerNorm norm2;
    Int8Linear expand;
    Int8Linear contract;
};

struct DecoderWeights {
    int width = 0;
    int heads = 0;
    std::vector<std::int8_t> tokens;  // [vocabulary, width]
    std::vector<float> tokenScales;   // [vocabulary]
    std::vector<float> positions;     // [longest + 1, width]
    std::vector<DecoderBlock> blocks;
    LayerNorm norm;
    Int8Linear head;
};

class FusedDecoder final : public StepDecoder {
public:
    // `longest`: tokens of the longest caption; `prefixLength`: visual tokens.
    FusedDecoder(DecoderWeights weights, int longest, int prefixLength, ParallelFor parallel, bool traced = false);

    // Begins a caption of at most `beams` beams. `prefix` is float32 [layers, 2, heads, prefixLength, width / heads],
    // keys then values, borrowed until the next start.
    void start(std::span<const float> prefix, int beams);

    // Of the steps since the start; zeros unless it is traced.
    const StepParts& parts() const { return parts_; }

    std::span<const float> step(std::span<const TokenId> tokens, int position) override;
    void reorder(std::span<const int> parents, int positions) override;

private:
    enum class Activation : std::uint8_t { None, Gelu };

    void embed(std::span<const TokenId> tokens, int position);
    void attendAll(std::size_t layer, int position, int rows);
    void linear(const Int8Linear& layer, const std::vector<float>& x, std::vector<float>& y, int rows,
                Activation activation = Activation::None);
    void lap(std::chrono::nanoseconds& part);
    float* text(std::size_t layer, int keyOrValue, int position, int slot);

    // immutable
    const DecoderWeights weights_;
    const int longest_;
    const int prefixLength_;
    const ParallelFor parallel_;
    const bool traced_;

    std::span<const float> prefix_;
    int beams_ = 0;
    StepParts parts_;
    std::chrono::steady_clock::time_point lapBegan_;
    LargeVector<float> text_;     // [layers, 2, longest, beams, width]; row `slot` was written by that step's beam
    std::vector<int> ancestors_;  // [beams, longest]: the slot that holds each earlier token of a beam
    std::vector<const float*> textRows_;  // keys, then values, of a layer: [rows, positions]
    QuantizedRows quantized_;
    std::vector<float> x_;  // residual stream [rows, width]
    std::vector<float> normed_;
    std::vector<float> qkv_;
    std::vector<float> attended_;
    std::vector<float> added_;
    std::vector<float> hidden_;
    std::vector<float> logits_;
};

}  // namespace sightline
