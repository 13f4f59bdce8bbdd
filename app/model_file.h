// Which model bundle to use.
#pragma once

#include <array>
#include <filesystem>
#include <string>

namespace sightline {

// The default first.
inline constexpr std::array kShippedModels{"base"};

// A shipped one by its name, or any file; the default one without a name.
std::filesystem::path modelFile(const std::string& model);

}  // namespace sightline
