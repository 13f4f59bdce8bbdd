// What a client of the feed sends: the Host and Authorization headers, a parameter and a number, a line each.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "core/feed/feed_request.h"
#include "tests/fuzz/expectation.h"

using namespace sightline;
using fuzz::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    std::array<std::string_view, 4> lines;
    for (std::string_view& line : lines) {
        const auto end = std::min(rest.find('\n'), rest.size());
        line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    const auto& [host, authorization, parameter, number] = lines;
    if (namesThisMachine(host, 8137)) {
        expect(host == "127.0.0.1:8137" || host == "localhost:8137", "only this machine's names are this machine");
    }
    const std::string token = tokenIn(authorization, parameter);
    expect(token == parameter || authorization.ends_with(token), "a token is one that was sent");
    expect(!token.starts_with(' ') || token == parameter, "no space belongs to it");
    const bool startsWithDigit = !number.empty() && number[0] >= '0' && number[0] <= '9';
    expect(numberIn(number) == 0 || startsWithDigit, "a number is one that was sent");
    return 0;
}
