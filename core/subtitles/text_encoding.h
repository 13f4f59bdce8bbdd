// From the bytes of a caption file to UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace sightline {

struct DecodedText {
    std::string utf8;      // without byte order mark
    std::string encoding;  // its usual name: "UTF-8", "UTF-16LE", "WINDOWS-1252"
    // Lines of `utf8`, from 1, with bytes that are no text in the encoding; U+FFFD stands for each of them.
    std::vector<std::size_t> damagedLines;
};

// Position of the first byte that is no part of a well-formed UTF-8 sequence (Unicode 15, table 3-7), npos when there
// is none.
std::size_t invalidUtf8At(std::string_view bytes);
// Bytes that are no part of one become U+FFFD each.
std::string replaceInvalidUtf8(std::string_view bytes);

// Finds the encoding by byte order mark, else by form (UTF-8 and UTF-16 are unmistakable), else by the XML declaration,
// else by letter statistics (uchardet), and decodes. A text that is UTF-8 but for a few bytes, which another program
// cut or wrote over, is UTF-8: taken for anything else, all its letters would be wrong. A character cut off at the end
// becomes U+FFFD. Any thread. Errors: Corrupt, when the bytes are text in no known encoding.
Result<DecodedText> decodeText(std::string_view bytes);

}  // namespace sightline
