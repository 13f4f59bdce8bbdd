// Several decoders as one: what each would say next, averaged.
#pragma once

#include <vector>

#include "core/inference/token_search.h"

namespace sightline {

// Steps its parts, which have one vocabulary, side by side; its logits are the logarithm of the mean of their
// next-token probabilities. One thread at a time.
class AveragedDecoder final : public StepDecoder {
public:
    // Borrowed; at least one.
    explicit AveragedDecoder(std::vector<StepDecoder*> parts);

    std::span<const float> step(std::span<const TokenId> tokens, int position) override;
    void reorder(std::span<const int> parents, int positions) override;

private:
    const std::vector<StepDecoder*> parts_;
    std::vector<float> mean_;
};

}  // namespace sightline
