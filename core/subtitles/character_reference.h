// Character references of HTML: "&amp;", "&eacute;", "&#233;", "&#xe9;".
#pragma once

#include <string>
#include <string_view>

namespace sightline {

// Appends the character that the reference at the start of `text` means and takes the reference off. False, and nothing
// done, when there is none: `text` starts with no "&", the name is unknown or its ";" is missing. Knows the names of
// HTML 4 and "apos".
bool takeCharacterReference(std::string& result, std::string_view& text);

}  // namespace sightline
