// Rules as a settings file keeps them, and captions matched against them.
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/captions/alert_rules.h"
#include "tests/fuzz/expectation.h"

using namespace sightline;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    auto rules = alertRulesFromJson(text);
    if (!rules) {
        return 0;
    }
    const auto again = alertRulesFromJson(alertRulesToJson(*rules));
    fuzz::expect(again.has_value() && *again == *rules, "what was written reads back as it is");
    if (auto matcher = AlertMatcher::create(std::move(*rules))) {
        matcher->match("A man in a red shirt is standing in front of a white house with a dog", {});
    }
    return 0;
}
