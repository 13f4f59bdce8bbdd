// The encoder of int8 bundles, computed by kernels of our own: every CPU gives the same features, those of LibTorch on
// a CPU with VNNI. Knows nothing of LibTorch.
//
// A block's expansion and depthwise convolution are done sixteen channels and a few rows at a time, so that the
// expanded tensor never leaves the caches.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/inference/fused_decoder.h"
#include "core/inference/int8_convolution.h"

namespace sightline {

// An inverted residual: expand by 1 x 1, depthwise, project by 1 x 1.
struct EncoderBlock {
    std::optional<Convolution> expand;
    Convolution depthwise;
    Convolution project;
    std::optional<Quantization> sum;  // of input and output, where they are added
};

struct EncoderBackbone {
    Convolution stem;
    std::vector<EncoderBlock> blocks;
    Convolution head;
};

// Networks side by side on the same pixels; their features stand one after the other in a cell.
struct EncoderWeights {
    Quantization input;
    std::vector<EncoderBackbone> backbones;
};

class FusedEncoder {
public:
    // Pictures are inputSize x inputSize. Error: Unsupported, for layers that the kernels do not fit.
    static Result<FusedEncoder> make(const EncoderWeights& weights, int inputSize, SimdPath path, ParallelFor parallel);

    int cells() const { return cells_; }
    int channels() const { return channels_; }
    // RGB bytes [inputSize, inputSize, 3] -> features [cells, channels]. One thread at a time.
    void encode(const std::uint8_t* pixels, float* features);

private:
    struct Block {
        std::optional<Int8Pointwise> expand;
        Int8Depthwise depthwise;
        std::int16_t padding;  // what the depthwise one sees outside the picture
        Int8Pointwise project;
        std::optional<Int8Residual> residual;
        int size;  // rows and columns of its input
    };
    struct Backbone {
        Int8Pointwise stem;  // over what its kernel sees
        int kernel;
        int stride;
        int padding;
        int skipped;  // leading rows and columns of zero weights, which are left out
        std::vector<Block> blocks;
        Int8Pointwise head;
        Quantization features;
        int size;  // rows and columns of the stem's output
    };

    FusedEncoder(int inputSize, std::int16_t inputZero, ParallelFor parallel)
        : inputSize_(inputSize), inputZero_(inputZero), parallel_(std::move(parallel)) {}
    void stem(const Backbone& backbone, const std::uint8_t* pixels);
    void expandAndFilter(const Block& block);
    void project(const Block& block);
    void head(const Backbone& backbone, int firstChannel, float* features);

    int inputSize_;
    std::int16_t inputZero_;
    ParallelFor parallel_;
    std::vector<Backbone> backbones_;
    int cells_ = 0;
    int channels_ = 0;
    std::vector<std::uint8_t> padded_;    // the picture with its padding
    std::vector<std::int16_t> input_;     // of a block, [pixels, channels]
    std::vector<std::int16_t> filtered_;  // its depthwise convolution's output
    std::vector<std::int16_t> output_;
};

// One line in the log: files that see LibTorch cannot write it.
void tellThatLibTorchEncodes(const std::string& why);

}  // namespace sightline
