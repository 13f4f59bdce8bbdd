#include "tests/support/shipped_encoder.h"

#include <stdexcept>

#include "core/inference/bundle.h"
#include "core/inference/encoder_weights.h"
#include "tests/support/fixtures.h"

namespace sightline::test {

ShippedEncoder shippedEncoder() {
    const auto bundle = readBundle(sourceFile("models/sightline-base.pt"));
    if (!bundle) {
        throw std::runtime_error(bundle.error().message);
    }
    const auto archive = ZipArchive::open(bundle->encoder.size(), bytesOf(bundle->encoder));
    if (!archive) {
        throw std::runtime_error(archive.error().message);
    }
    return {encoderWeights(ModuleArchive(*archive, folderOf(*archive))), bundle->manifest.input};
}

}  // namespace sightline::test
