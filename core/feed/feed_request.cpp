#include "core/feed/feed_request.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "core/base/ascii.h"

namespace sightline {

bool namesThisMachine(std::string_view host, int port) {
    const std::string end = fmt::format(":{}", port);
    return host == kFeedHost + end || host == "localhost" + end ||
           (port == 80 && (host == kFeedHost || host == "localhost"));
}

std::string tokenIn(std::string_view authorization, std::string_view parameter) {
    constexpr std::string_view kScheme = "bearer ";  // in letters of any case
    if (authorization.size() <= kScheme.size() ||
        !equalsIgnoringCase(authorization.substr(0, kScheme.size()), kScheme)) {
        return std::string(parameter);
    }
    authorization.remove_prefix(kScheme.size());
    authorization.remove_prefix(std::min(authorization.find_first_not_of(' '), authorization.size()));
    return std::string(authorization);
}

std::uint64_t numberIn(std::string_view text) {
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

}  // namespace sightline
