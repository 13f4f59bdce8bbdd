// Any bytes become UTF-8 or an error.
#include <cstddef>
#include <cstdint>

#include "core/subtitles/text_encoding.h"
#include "tests/fuzz/expectation.h"

using namespace sightline;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto text = decodeText(bytes)) {
        fuzz::expect(invalidUtf8At(text->utf8) == std::string_view::npos, "decoded text is UTF-8");
        fuzz::expect(!text->encoding.empty(), "the encoding has a name");
    }
    const std::string replaced = replaceInvalidUtf8(bytes);
    fuzz::expect(invalidUtf8At(replaced) == std::string_view::npos, "replaced text is UTF-8");
    if (invalidUtf8At(bytes) == std::string_view::npos) {
        fuzz::expect(replaced == bytes, "valid text stays as it is");
    }
    return 0;
}
