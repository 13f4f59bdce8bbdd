// The caption of the picture before, for as long as that hardly changes: a still scene costs almost nothing.
#pragma once

#include <memory>

#include "core/inference/captioner.h"

namespace sightline {

// Mean absolute difference, in levels of 0..255 over all channels of the network's input, up to which a picture counts
// as the one captioned before. Measured in tests/benchmark/reuse.
inline constexpr double kReuseTolerance = 1.0;

// `captioner`, asked only when the picture differs by more than `tolerance` from the last one it was asked about, or
// when the options are others. What is given again is marked as reused and took preprocessing only. A picture that
// drifts slowly is compared with the one that was captioned, not with the one before, so drift adds up.
std::unique_ptr<Captioner> reusing(std::unique_ptr<Captioner> captioner, double tolerance = kReuseTolerance);

}  // namespace sightline
