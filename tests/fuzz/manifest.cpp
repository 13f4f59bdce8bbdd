// What a bundle says about itself: the first byte chooses manifest or vocabulary.
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "core/inference/manifest.h"
#include "core/inference/vocabulary.h"
#include "core/subtitles/text_encoding.h"
#include "tests/fuzz/expectation.h"

using namespace sightline;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string_view json(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (data[0] == 'v') {
        if (const auto vocabulary = Vocabulary::parse(json)) {
            const TokenId tokens[] = {0, 1, 2, 3, vocabulary->size() - 1, vocabulary->size(), -1};
            fuzz::expect(invalidUtf8At(vocabulary->decode(tokens)) == std::string_view::npos, "captions are UTF-8");
        }
        return 0;
    }
    if (const auto manifest = parseManifest(json)) {
        const double confidence = calibratedConfidence(*manifest, 0.5);
        fuzz::expect(confidence >= 0.0 && confidence <= 1.0, "confidence is a share");
    }
    return 0;
}
