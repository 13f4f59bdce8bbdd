// Caption formats by the names that people choose them by.
#pragma once

#include <string_view>

#include <QString>

namespace sightline {

// "SubRip", "Table (CSV)" in the window's language, of a SubtitleFormat's description.
QString formatTitle(std::string_view description);

}  // namespace sightline
