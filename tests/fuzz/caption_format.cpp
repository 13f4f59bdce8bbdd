// The caption format that the variable FUZZED_FORMAT of the environment names: any text gives a sound track or an
// error, and a track that was read is written so that it reads back as it is. What bytes become text is
// text_encoding's.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/subtitles/subtitle_format.h"
#include "core/subtitles/text_encoding.h"
#include "tests/core/subtitles/soundness.h"
#include "tests/fuzz/expectation.h"

using namespace sightline;
using fuzz::expect;

namespace {

// ELAN's files name the time at which they are written.
std::string withoutDate(std::string text) {
    constexpr std::string_view kDate = " DATE=\"2026-11-24T10:00:00+00:00\"";
    const auto at = text.find(" DATE=\"");
    return at == std::string::npos ? text : text.erase(at, kDate.size());
}

bool isTag(const std::string& language) {
    const auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    return !language.empty() && isLetter(language[0]) &&
           std::ranges::all_of(language, [&](char c) { return isLetter(c) || (c >= '0' && c <= '9') || c == '-'; });
}

const SubtitleFormat& fuzzedFormat() {
    const char* name = std::getenv("FUZZED_FORMAT");
    const SubtitleFormat* format = findSubtitleFormat(name == nullptr ? "" : name);
    expect(format != nullptr, "FUZZED_FORMAT names a caption format");
    return *format;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const SubtitleFormat& format = fuzzedFormat();
    const std::string text = replaceInvalidUtf8({reinterpret_cast<const char*>(data), size});
    SubtitleContext context;
    if (size % 2 == 1) {
        context.video = "/videos/v_a.mp4";
        context.videoDuration = std::chrono::minutes(1);
    }
    auto reading = format.read(text, context);
    if (!reading) {
        expect(!reading.error().message.empty(), "an error says what is wrong");
        return 0;
    }
    expect(test::whyUnsound(*reading));
    if (format.name() == "eaf" && !isTag(reading->track.language)) {
        reading->track.language = "de";  // where others cannot stand
    }
    const std::string written = format.write(reading->track);
    const auto again = format.read(written);
    expect(again.has_value(), "what was written can be read");
    expect(test::whyUnsound(*again));
    expect(again->skippedCues == 0, "what was written is not damaged");
    expect(withoutDate(format.write(again->track)) == withoutDate(written),
           "writing what was read back changes nothing");
    return 0;
}
