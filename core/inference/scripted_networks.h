// The networks of a bundle as its own TorchScript, of any precision and by anybody: what LibTorch runs
// (torch_library.h).
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "core/inference/token_search.h"

namespace sightline {

// A picture as the decoder sees it: keys and values of its visual tokens.
class ScriptedPrefix {
public:
    virtual ~ScriptedPrefix() = default;
    // float32 [layers, 2, 1, heads, prefix, head width], as the bundle's manifest says.
    virtual std::span<const float> numbers() const = 0;
};

// All throw std::exception: what LibTorch says, in one line, where the network does not run or makes something else
// than the manifest says. `threads` is the CPU thread count of LibTorch on the calling thread.
class ScriptedNetworks {
public:
    virtual ~ScriptedNetworks() = default;

    // One thread at a time calls these three. `pixels`: RGB bytes [size, size, 3]; the features stay inside.
    virtual void encode(const std::uint8_t* pixels, int threads) = 0;
    // Instead of those of encode(): float32 [cells, channels].
    virtual void takeFeatures(std::span<const float> features, int cells) = 0;
    virtual std::unique_ptr<ScriptedPrefix> prefill(int threads) = 0;

    // One thread at a time, perhaps another, calls this and what it returns, which is valid until the next start.
    virtual StepDecoder& start(const ScriptedPrefix& prefix, int beams, int threads) = 0;
};

}  // namespace sightline
