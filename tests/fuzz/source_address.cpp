// Any line is the address of a source or an error.
#include <cstddef>
#include <cstdint>

#include "core/media/live/source_address.h"
#include "tests/fuzz/expectation.h"

using namespace sightline;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto address = parseSourceAddress({reinterpret_cast<const char*>(data), size});
    if (!address) {
        fuzz::expect(!address.error().message.empty(), "an error says what is wrong");
        return 0;
    }
    const bool mayBeAny = address->kind == SourceKind::Screen || address->kind == SourceKind::Camera;
    fuzz::expect(mayBeAny || !address->target.empty(), "there is something to open");
    const ScreenArea& screen = address->screen;
    fuzz::expect(screen.width >= 0 && screen.height >= 0, "an area has a size");
    return 0;
}
