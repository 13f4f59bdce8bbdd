#include "core/base/secrets.h"

#include <algorithm>
#include <array>

#include "core/base/ascii.h"

namespace sightline {
namespace {

using Range = std::pair<std::size_t, std::size_t>;

constexpr std::string_view kEndsUrl = " \t\r\n\"'<>";  // in the middle of a text
constexpr std::string_view kEndsHost = "/?#";
constexpr std::string_view kEndsValue = "&; \t\r\n\v\f\"'";
constexpr std::string_view kBeginsParameter = "?&;/";
constexpr std::size_t kMostPortDigits = 5;
constexpr std::array<std::string_view, 10> kSecretNames{"pass", "pwd",    "pw",      "secret",  "token",
                                                        "auth", "apikey", "api_key", "api-key", "signature"};

bool isDigit(char c) { return c >= '0' && c <= '9'; }

bool isWord(char c) { return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-'; }

bool isHex(char c) { return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

bool endsHost(std::string_view text) { return text.empty() || kEndsHost.find(text.front()) != std::string_view::npos; }

// What follows the characters of one kind that `text` begins with, and how many there were.
template <typename Kind>
std::pair<std::string_view, std::size_t> behind(std::string_view text, const Kind& isKind) {
    const auto count = static_cast<std::size_t>(std::ranges::find_if_not(text, isKind) - text.begin());
    return {text.substr(count), count};
}

// "cam", "cam.local:554", "10.0.0.5", "[fe80::1]:80", up to a path or the end.
bool beginsWithHost(std::string_view text) {
    if (text.starts_with('[')) {
        const auto [rest, count] = behind(text.substr(1), [](char c) { return isHex(c) || c == ':' || c == '.'; });
        if (count == 0 || !rest.starts_with(']')) {
            return false;
        }
        text = rest.substr(1);
    } else {
        const auto [rest, count] = behind(text, [](char c) { return isWord(c) || c == '.'; });
        if (count == 0) {
            return false;
        }
        text = rest;
    }
    if (text.starts_with(':')) {
        const auto [rest, digits] = behind(text.substr(1), isDigit);
        return digits >= 1 && digits <= kMostPortDigits && endsHost(rest);
    }
    return endsHost(text);
}

bool beginsWithIpAddress(std::string_view text) {
    for (int part = 0; part < 4; ++part) {
        if (part > 0) {
            if (!text.starts_with('.')) {
                return false;
            }
            text.remove_prefix(1);
        }
        const auto [rest, digits] = behind(text, isDigit);
        if (digits < 1 || digits > 3) {
            return false;
        }
        text = rest;
    }
    return text.starts_with(':') || endsHost(text);
}

bool isSecretName(std::string_view name, char before) {
    const std::string lower = lowerCase(name);
    return std::ranges::any_of(kSecretNames,
                               [&](std::string_view part) { return lower.find(part) != std::string::npos; }) ||
           (lower == "key" && kBeginsParameter.find(before) != std::string_view::npos);
}

// How much of `text` is the value that it begins with: up to the closing quote, or without quotes up to what ends one.
std::size_t valueLength(std::string_view text) {
    if (text.starts_with('"') || text.starts_with('\'')) {
        if (const auto closing = text.find(text.front(), 1); closing != std::string_view::npos) {
            return closing + 1;
        }
    }
    return std::min(text.find_first_of(kEndsValue), text.size());
}

std::string withoutValues(std::string_view text) {
    std::string shown;
    std::size_t begin = 0;  // of what is not shown yet
    for (auto equals = text.find('='); equals != std::string_view::npos; equals = text.find('=', equals + 1)) {
        std::size_t name = equals;
        while (name > begin && isWord(text[name - 1])) {
            --name;
        }
        const char before = name > 0 ? text[name - 1] : '\0';
        // The value is looked at last: it may be the rest of a long text.
        const bool isSecret = isSecretName(text.substr(name, equals - name), before);
        if (const std::size_t length = isSecret ? valueLength(text.substr(equals + 1)) : 0; length > 0) {
            shown.append(text.substr(begin, equals + 1 - begin)).append("***");
            begin = equals + 1 + length;
            equals = begin - 1;
        }
    }
    return shown.append(text.substr(begin));
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
