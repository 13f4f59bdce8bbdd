#include "tests/support/shipped_encoder.h"

#include <sstream>
#include <stdexcept>

// No fmt in files that include LibTorch: it brings fmt headers of its own, of another version.
#include <torch/script.h>

#include "core/inference/bundle.h"
#include "core/inference/encoder_weights.h"
#include "tests/support/fixtures.h"

namespace sightline::test {

ShippedEncoder shippedEncoder() {
    auto bundle = readBundle(sourceFile("models/sightline-base.pt"));
    if (!bundle) {
        throw std::runtime_error(bundle.error().message);
    }
    at::globalContext().setQEngine(at::QEngine::ONEDNN);  // which packs weights as the bundle's manifest asks
    std::istringstream archive(std::move(bundle->encoder));
    return {encoderWeights(torch::jit::load(archive, torch::kCPU)), bundle->manifest.input};
}

}  // namespace sightline::test
