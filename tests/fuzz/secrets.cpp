// Texts lose the credentials of the addresses in them.
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/base/secrets.h"
#include "tests/fuzz/expectation.h"

using namespace sightline;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (text.find("s3cr3tZ") != std::string_view::npos) {
        return 0;  // it stands around, too
    }
    const std::string around(text);
    const std::string hidden = withoutSecrets(around + " rtsp://joe:s3cr3tZ@cam/live?password=s3cr3tZ " + around);
    fuzz::expect(hidden.find("s3cr3tZ") == std::string::npos, "an address hides its secrets whatever stands around it");
    if (const auto range = credentialsIn(text)) {
        fuzz::expect(range->first <= range->second && range->second <= size, "credentials lie in the text");
    }
    return 0;
}
