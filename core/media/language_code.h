// Language codes as containers want them.
#pragma once

#include <string>
#include <string_view>

namespace sightline {

// Three letters of ISO 639-2/T for a BCP 47 tag ("en-GB" gives "eng", "de" gives "deu"); "und" when there are none.
std::string threeLetterLanguage(std::string_view tag);

}  // namespace sightline
