// The encoder of int8 bundles, computed by kernels of our own: every CPU gives the same features, those of LibTorch on
// a CPU with VNNI. Knows nothing of LibTorch.
//
// A block's expansion and depthwise convolution are done sixteen channels and a few rows at a time, so that the
// expanded tensor never leaves the caches.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/inference/engine_parts.h"
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
    // By other kernels than a path's: tests have some that emulate what a CPU lacks. Activation: that of
    // int8_convolution.h.
    template <typename Activation>
    static Result<FusedEncoder> make(const EncoderWeights& weights, int inputSize,
                                     const ConvolutionKernels<Activation>& kernels, ParallelFor parallel);

    int cells() const { return network_->cells; }
    int channels() const { return network_->channels; }
    // RGB bytes [inputSize, inputSize, 3] -> features [cells, channels]. One thread at a time.
    void encode(const std::uint8_t* pixels, float* features) { network_->encode(pixels, features); }

    // What computes; one class for each kind of activation.
    struct Network {
        virtual ~Network() = default;
        virtual void encode(const std::uint8_t* pixels, float* features) = 0;
        int cells = 0;
        int channels = 0;
    };

private:
    explicit FusedEncoder(std::unique_ptr<Network> network) : network_(std::move(network)) {}

    std::unique_ptr<Network> network_;
};

}  // namespace sightline
