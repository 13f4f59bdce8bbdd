// Which model bundle to use.
#pragma once

#include <filesystem>

#include "app/settings.h"

namespace sightline {

// The one the settings name, or the shipped one.
std::filesystem::path modelFile(const Settings& settings);

}  // namespace sightline
