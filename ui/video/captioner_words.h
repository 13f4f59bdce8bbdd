// Words that the captioner says and dictionaries do not know, or only with a capital.
#pragma once

#include <span>
#include <string_view>

namespace sightline {

// In lower case, of the language (BCP 47) or of what it is a variant of; none of other languages than English, which is
// the captioner's. Made from the captions that the shipped models learned from: the words that occur there five times
// or more and hunspell's en_US lacks, without misspellings and names. Any thread.
std::span<const std::string_view> captionerWords(std::string_view language);

}  // namespace sightline
