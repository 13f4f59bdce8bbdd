#include "core/base/secrets.h"

#include <algorithm>
#include <regex>

namespace sightline {
namespace {

using Range = std::pair<std::size_t, std::size_t>;

constexpr std::string_view kEndsUrl = " \t\r\n\"'<>";  // in the middle of a text

bool isDigit(char c) { return c >= '0' && c <= '9'; }

// "cam", "cam.local:554", "10.0.0.5", "[fe80::1]:80", up to a path or the end.
bool beginsWithHost(std::string_view text) {
    static const std::regex form(R"((?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:[/?#]|$))");
    return std::regex_search(text.begin(), text.end(), form, std::regex_constants::match_continuous);
}

bool beginsWithIpAddress(std::string_view text) {
    static const std::regex form(R"((?:[0-9]{1,3}\.){3}[0-9]{1,3}(?:[:/?#]|$))");
    return std::regex_search(text.begin(), text.end(), form, std::regex_constants::match_continuous);
}

std::string withoutValues(const std::string& text) {
    static const std::regex secret(
        R"re(([a-z0-9_-]*(?:pass|pwd|pw|secret|token|auth|apikey|api_key|api-key|signature)[a-z0-9_-]*=|[?&;/]key=))re"
        R"re(("[^"]*"|'[^']*'|[^&;\s"']+))re",
        std::regex::icase);
    return std::regex_replace(text, secret, "$1***");
}

}  // namespace

std::optional<Range> credentialsIn(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) {
        return std::nullopt;
    }
    const auto begin = scheme + 3;
    const auto end = std::min(url.find_first_of("/?#", begin), url.size());
    if (const auto at = url.substr(0, end).rfind('@'); at != std::string_view::npos && at >= begin) {
        return Range{begin, at};
    }
    const auto colon = url.find(':', begin);
    if (colon >= end || url.substr(begin).starts_with("[")) {
        return std::nullopt;
    }
    const std::string_view port = url.substr(colon + 1, end - colon - 1);
    const std::string_view host = url.substr(begin, colon - begin);
    const bool isPort = std::all_of(port.begin(), port.end(), isDigit);
    for (auto at = url.find('@', end); at != std::string_view::npos; at = url.find('@', at + 1)) {
        const std::string_view rest = url.substr(at + 1);
        const bool isClear =
            isPort ? host.find('.') == std::string_view::npos && host != "localhost" && beginsWithIpAddress(rest)
                   : beginsWithHost(rest);
        if (isClear) {
            return Range{begin, at};
        }
    }
    return std::nullopt;
}

std::string withoutSecrets(std::string_view text) {
    std::string shown;
    while (true) {
        const auto scheme = text.find("://");
        if (scheme == std::string_view::npos) {
            break;
        }
        const auto end = std::min(text.find_first_of(kEndsUrl, scheme), text.size());
        const std::string_view url = text.substr(0, end);
        const auto secret = credentialsIn(url);
        shown += url.substr(0, scheme + 3);
        shown += url.substr(secret ? secret->second + 1 : scheme + 3);
        text.remove_prefix(end);
    }
    return withoutValues(shown.append(text));
}

}  // namespace sightline
