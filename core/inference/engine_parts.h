// What the engines of encoder, prefill and decoder share.
#pragma once

#include <functional>
#include <vector>

namespace sightline {

// Runs job(first, last) over parts of [0, count) on the threads the caller has.
using ParallelFor = std::function<void(int count, const std::function<void(int, int)>& job)>;

struct LayerNorm {
    std::vector<float> weight;
    std::vector<float> bias;
};

}  // namespace sightline
