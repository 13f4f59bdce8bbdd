#include "core/media/live/source_address.h"

#include <charconv>
#include <regex>

#include <fmt/format.h>

#include "core/base/ascii.h"
#include "core/base/secrets.h"

namespace sightline {
namespace {

constexpr std::size_t kLongestScreen = 300;  // a regular expression's stack grows with the text

Result<SourceAddress> parseScreen(std::string_view rest) {
    static const std::regex form(
        R"(([^/]*)(?:/(?:(\d{1,5})x(\d{1,5})\+(\d{1,5})\+(\d{1,5})|window=(0x[0-9a-fA-F]{1,8}|\d{1,10})))?)");
    std::match_results<std::string_view::const_iterator> match;
    if (rest.size() > kLongestScreen || !std::regex_match(rest.begin(), rest.end(), match, form)) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot watch the screen: \"{}\" names no area of it. Write screen:, "
                                "screen:/640x480+100+50 or screen:/window=0x1a00003.",
                                rest));
    }
    SourceAddress address;
    address.kind = SourceKind::Screen;
    address.screen.display = match[1].str();
    address.name = "Screen";
    if (match[2].matched) {
        address.screen.width = std::stoi(match[2]);
        address.screen.height = std::stoi(match[3]);
        address.screen.x = std::stoi(match[4]);
        address.screen.y = std::stoi(match[5]);
        if (address.screen.width == 0 || address.screen.height == 0) {
            return fail(ErrorCode::Unsupported,
                        "Cannot watch the screen: the area is empty. Give it a width and a "
                        "height.");
        }
        address.name = fmt::format("Screen, {}x{} at {},{}", address.screen.width, address.screen.height,
                                   address.screen.x, address.screen.y);
    } else if (match[6].matched) {
        const std::string number = match[6];
        const auto id = std::stoull(number, nullptr, number.starts_with("0x") ? 16 : 10);
        if (id == 0 || id > UINT32_MAX) {
            return fail(ErrorCode::Unsupported,
                        "Cannot watch the window: that is no window's number. xwininfo tells "
                        "it.");
        }
        address.screen.window = static_cast<std::uint32_t>(id);
        address.name = fmt::format("Window {:#x}", id);
    }
    return address;
}

// A letter, then letters, digits, + - and .: more than one of them, and // after the colon.
bool isUrl(std::string_view scheme, std::string_view rest) {
    return scheme.size() > 1 && scheme.front() >= 'a' && scheme.front() <= 'z' &&
           scheme.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+-.") == std::string_view::npos &&
           rest.starts_with("//");
}

std::string escaped(std::string_view text) {
    const auto isHex = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    };
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool isEscape = c == '%' && i + 2 < text.size() && isHex(text[i + 1]) && isHex(text[i + 2]);
        const bool isPlain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                             std::string_view(":-._~!$&'()*+,;=").find(c) != std::string_view::npos;
        result += isEscape || isPlain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return result;
}

// The URL with its password escaped, where it holds what would end it.
std::string standardUrl(std::string_view url) {
    const auto secret = credentialsIn(url);
    if (!secret || url.substr(0, secret->second).find_first_of("/?#", secret->first) == std::string_view::npos) {
        return std::string(url);
    }
    return std::string(url.substr(0, secret->first)) +
           escaped(url.substr(secret->first, secret->second - secret->first)) + std::string(url.substr(secret->second));
}

}  // namespace

Result<SourceAddress> parseSourceAddress(std::string_view text) {
    if (text.empty()) {
        return fail(ErrorCode::Unsupported, "No source is named. Name a camera, an address, the screen or a file.");
    }
    const auto colon = text.find(':');
    const std::string scheme = colon == std::string_view::npos ? std::string() : lowerCase(text.substr(0, colon));
    SourceAddress address;
    if (scheme == "screen") {
        return parseScreen(text.substr(colon + 1));
    }
    if (scheme == "camera" || text.starts_with("/dev/video") || text.starts_with("/dev/v4l/")) {
        address.kind = SourceKind::Camera;
        address.target = scheme == "camera" ? text.substr(colon + 1) : text;
        address.name = address.target.empty() ? "Camera" : fmt::format("Camera {}", address.target);
        return address;
    }
    if (scheme == "gst") {
        address.kind = SourceKind::Pipeline;
        address.target = text.substr(colon + 1);
        address.name = withoutSecrets(text);
        if (address.target.find_first_not_of(" \t\r\n") == std::string::npos) {
            return fail(ErrorCode::Unsupported,
                        "Cannot watch the pipeline: it is empty. Write it as for gst-launch-1.0, such as "
                        "gst:videotestsrc is-live=true.");
        }
        return address;
    }
    if (scheme != "file" && isUrl(scheme, text.substr(colon + 1))) {
        address.kind = SourceKind::Stream;
        address.target = standardUrl(text);
        address.name = withoutSecrets(text);
        return address;
    }
    address.target =
        scheme == "file" ? text.substr(text.substr(colon + 1).starts_with("//") ? colon + 3 : colon + 1) : text;
    if (address.target.empty()) {
        return fail(ErrorCode::Unsupported, "No file is named. Write its path after file:.");
    }
    address.name = address.target.substr(address.target.rfind('/') + 1);
    return address;
}

}  // namespace sightline
