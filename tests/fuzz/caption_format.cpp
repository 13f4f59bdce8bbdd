// One caption format (FUZZED_FORMAT): any bytes give a sound track or an error, and a track that was read is written so
// that it reads back as it is.
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/subtitles/subtitle_format.h"
#include "core/subtitles/text_encoding.h"
#include "tests/core/subtitles/soundness.h"
#include "tests/fuzz/expectation.h"

using namespace sightline;
using fuzz::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const SubtitleFormat& format = *findSubtitleFormat(FUZZED_FORMAT);
    const auto text = decodeText({reinterpret_cast<const char*>(data), size});
    if (!text) {
        return 0;
    }
    const auto reading = format.read(text->utf8);
    if (!reading) {
        expect(!reading.error().message.empty(), "an error says what is wrong");
        return 0;
    }
    expect(test::whyUnsound(*reading));
    const std::string written = format.write(reading->track);
    const auto again = format.read(written);
    expect(again.has_value(), "what was written can be read");
    expect(test::whyUnsound(*again));
    expect(again->skippedCues == 0, "what was written is not damaged");
    expect(format.write(again->track) == written, "writing what was read back changes nothing");
    return 0;
}
