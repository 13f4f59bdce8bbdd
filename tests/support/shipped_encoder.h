// The encoder of the model that ships, for tests that run it by kernels of their choice.
#pragma once

#include "core/inference/fused_encoder.h"
#include "core/inference/picture_input.h"

namespace sightline::test {

struct ShippedEncoder {
    EncoderWeights weights;
    PictureInput input;
};

// Throws for a bundle that cannot be read.
ShippedEncoder shippedEncoder();

}  // namespace sightline::test
