#include "core/subtitles/text.h"

#include <algorithm>

#include "core/subtitles/text_encoding.h"

namespace sightline {
namespace {

constexpr std::string_view kWhiteSpace = " \t\r";
constexpr char32_t kLastCharacter = 0x10ffff;

// The first bytes of all that markAt() knows.
bool mayBeMark(char c) { return c == '\xc2' || c == '\xd8' || c == '\xe2' || c == '\xe3' || c == '\xef'; }

// A character that shows nothing.
struct Mark {
    std::size_t length = 0;  // zero for all others
    bool isSpace = false;
};

Mark markAt(std::string_view text) {
    const auto within = [](char c, char first, char last) { return c >= first && c <= last; };
    if (text.starts_with("\xc2\xa0")) {  // no-break space
        return {2, true};
    }
    if (text.starts_with("\xd8\x9c") || text.starts_with("\xc2\xad")) {  // Arabic letter mark, soft hyphen
        return {2, false};
    }
    if (text.starts_with(kByteOrderMark)) {
        return {3, false};
    }
    if (text.starts_with("\xe3\x80\x80")) {  // ideographic space
        return {3, true};
    }
    if (text.size() < 3 || !(text.starts_with("\xe2\x80") || text.starts_with("\xe2\x81"))) {
        return {};
    }
    const char last = text[2];
    if (text[1] == '\x80') {
        // U+2000 to U+200A and U+202F; U+200B to U+200F and U+202A to U+202E.
        return within(last, '\x80', '\x8a') || last == '\xaf'                 ? Mark{3, true}
               : within(last, '\x8b', '\x8f') || within(last, '\xaa', '\xae') ? Mark{3, false}
                                                                              : Mark{};
    }
    return last == '\x9f' ? Mark{3, true} : within(last, '\xa6', '\xa9') ? Mark{3, false} : Mark{};
}

}  // namespace

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(kWhiteSpace);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1);
}

std::string withoutInvisible(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const auto plain = static_cast<std::size_t>(std::ranges::find_if(text, mayBeMark) - text.begin());
        result.append(text.substr(0, plain));
        text.remove_prefix(plain);
        if (text.empty()) {
            break;
        }
        const Mark mark = markAt(text);
        result.append(mark.length > 0 ? (mark.isSpace ? " " : "") : text.substr(0, 1));
        text.remove_prefix(std::max<std::size_t>(mark.length, 1));
    }
    return result;
}

bool isBlank(std::string_view text) { return withoutInvisible(text).find_first_not_of(" \t\r\n") == std::string::npos; }

bool isNumber(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::string_view> splitLines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
        lines.push_back(text.substr(0, end));
        const bool both = text.substr(end).starts_with("\r\n");
        text.remove_prefix(std::min(text.size(), end + (both ? 2U : 1U)));
    }
    return lines;
}

std::size_t lineAt(std::string_view text, std::size_t at) { return LineNumbers(text.substr(0, at)).at(at); }

LineNumbers::LineNumbers(std::string_view text) {
    const char end = text.find('\n') == std::string_view::npos ? '\r' : '\n';
    for (std::size_t at = text.find(end); at != std::string_view::npos; at = text.find(end, at + 1)) {
        ends_.push_back(at);
    }
}

std::size_t LineNumbers::at(std::size_t position) const {
    return 1U + static_cast<std::size_t>(std::lower_bound(ends_.begin(), ends_.end(), position) - ends_.begin());
}

std::string cleanText(std::string_view text) {
    const std::string valid = replaceInvalidUtf8(text);
    std::string result;
    result.reserve(valid.size());
    for (std::size_t i = 0; i < valid.size(); ++i) {
        const char c = valid[i];
        const bool control = (c >= '\0' && c < ' ') || c == '\x7f';
        if (c == '\r') {
            result += i + 1 < valid.size() && valid[i + 1] == '\n' ? "" : "\n";
        } else if (!control || c == '\t' || c == '\n') {
            result += c;
        }
    }
    // The two other characters that XML 1.0 (section 2.2) leaves out.
    for (const std::string_view forbidden : {"\xef\xbf\xbe", "\xef\xbf\xbf"}) {
        if (result.find(forbidden) != std::string::npos) {
            result = replaceAll(result, forbidden, kReplacementCharacter);
        }
    }
    return result;
}

std::string singleLine(std::string_view text) {
    std::string result(text);
    std::replace(result.begin(), result.end(), '\n', ' ');
    return result;
}

std::string compactLines(std::string_view text) {
    std::string result;
    for (const std::string_view line : splitLines(text)) {
        if (const std::string_view content = trimmed(line); !content.empty()) {
            result.append(result.empty() ? "" : "\n").append(content);
        }
    }
    return result;
}

void appendUtf8(std::string& text, char32_t character) {
    const auto byte = [&text](char32_t value) { text += static_cast<char>(static_cast<unsigned char>(value)); };
    const auto tail = [&byte](char32_t value) { byte(0x80U | (value & 0x3fU)); };
    if (character == 0 || character > kLastCharacter || (character >= 0xd800 && character < 0xe000)) {
        text += kReplacementCharacter;
    } else if (character < 0x80) {
        byte(character);
    } else if (character < 0x800) {
        byte(0xc0U | (character >> 6U));
        tail(character);
    } else if (character < 0x10000) {
        byte(0xe0U | (character >> 12U));
        tail(character >> 6U);
        tail(character);
    } else {
        byte(0xf0U | (character >> 18U));
        tail(character >> 12U);
        tail(character >> 6U);
        tail(character);
    }
}

}  // namespace sightline
