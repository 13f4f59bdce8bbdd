// A waveform of the cache: any bytes are one or an error, and one that was read is written as it was.
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "core/pipeline/waveform.h"
#include "tests/fuzz/expectation.h"

using namespace sightline;
using fuzz::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto waveform = Waveform::fromBytes(bytes);
    if (!waveform) {
        expect(!waveform.error().message.empty(), "an error says what is wrong");
        return 0;
    }
    for (const float peak : waveform->peaks(MediaTime::zero(), waveform->end() + std::chrono::seconds(1), 50)) {
        expect(peak >= 0.0F && peak <= 1.01F, "a peak is a share");
    }
    expect(waveform->toBytes() == bytes, "it is written as it was");
    return 0;
}
