// The page for an OBS browser source: the picture, or the caption alone over nothing.
#pragma once

#include <string_view>

namespace sightline {

// HTML; it hands its own token on.
std::string_view feedPage();

}  // namespace sightline
