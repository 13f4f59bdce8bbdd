// Lines, white space and characters of UTF-8 text, as all formats need them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/replace_all.h"

namespace sightline {

inline constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
inline constexpr std::string_view kReplacementCharacter = "\xef\xbf\xbd";  // U+FFFD
// Invisible. Written where text would be taken for markup in a format that has no escapes, and taken out when read.
inline constexpr std::string_view kWordJoiner = "\xe2\x81\xa0";  // U+2060

// Without white space (space, tab, carriage return) at either end.
std::string_view trimmed(std::string_view text);
// What one sees of a number or a time: without byte order marks, zero-width characters and marks of direction, and with
// plain spaces for all others. The word joiner stays, for it has a meaning here.
std::string withoutInvisible(std::string_view text);
// Nothing but white space and invisible characters.
bool isBlank(std::string_view text);
bool isNumber(std::string_view text);  // one or more ASCII digits

// The lines without their ends: "\n", "\r\n" or "\r". The views last as long as the text.
std::vector<std::string_view> splitLines(std::string_view text);
// Number, from 1, of the line that holds the byte `at`.
std::size_t lineAt(std::string_view text, std::size_t at);
// The same for many positions of one text.
class LineNumbers {
public:
    explicit LineNumbers(std::string_view text);
    std::size_t at(std::size_t position) const;

private:
    std::vector<std::size_t> ends_;  // positions of line breaks
};

// Valid UTF-8 with "\n" for line breaks, without control characters other than tab: what cues and XML may hold.
std::string cleanText(std::string_view text);
std::string singleLine(std::string_view text);  // line breaks become spaces
// White space at line ends and blank lines gone, for formats where a blank line ends a cue.
std::string compactLines(std::string_view text);
// Appends the character; U+FFFD where there is no such one.
void appendUtf8(std::string& text, char32_t character);

}  // namespace sightline
