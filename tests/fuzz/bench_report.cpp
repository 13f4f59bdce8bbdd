// Reports of `sightline bench threads`, which the thread lab keeps and reads again.
#include <cstddef>
#include <cstdint>

#include "core/benchmark/report.h"
#include "tests/fuzz/expectation.h"

using namespace sightline;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto report = reportFromJson({reinterpret_cast<const char*>(data), size});
    if (!report) {
        return 0;
    }
    fuzz::expect(!toMarkdown(*report).empty() && !toCsv(*report).empty(), "what was read can be told");
    const auto again = reportFromJson(toJson(*report));
    fuzz::expect(again && again->results.size() == report->results.size(), "what was read is written and read again");
    return 0;
}
