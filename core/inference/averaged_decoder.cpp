#include "core/inference/averaged_decoder.h"

#include <cmath>
#include <utility>

#include "core/inference/simd_math.h"

namespace sightline {
namespace {

// Adds `share` of a row's probabilities.
void addProbabilities(std::span<float> sums, std::span<const float> logits, double share) {
    const float peak = largest(logits);
    addExponentials(sums, logits.data(), peak, static_cast<float>(share / sumOfExponentials(logits, peak)));
}

}  // namespace

AveragedDecoder::AveragedDecoder(std::vector<StepDecoder*> parts) : parts_(std::move(parts)) {}

std::span<const float> AveragedDecoder::step(std::span<const TokenId> tokens, int position) {
    if (parts_.size() == 1) {
        return parts_.front()->step(tokens, position);
    }
    const double share = 1.0 / static_cast<double>(parts_.size());
    mean_.clear();
    for (StepDecoder* part : parts_) {
        const auto logits = part->step(tokens, position);
        mean_.resize(logits.size());
        const std::size_t vocabulary = logits.size() / tokens.size();
        for (std::size_t start = 0; start < logits.size(); start += vocabulary) {
            addProbabilities(std::span(mean_).subspan(start, vocabulary), logits.subspan(start, vocabulary), share);
        }
    }
    for (float& value : mean_) {
        value = std::log(value);
    }
    return mean_;
}

void AveragedDecoder::reorder(std::span<const int> parents, int positions) {
    for (StepDecoder* part : parts_) {
        part->reorder(parents, positions);
    }
}

}  // namespace sightline
