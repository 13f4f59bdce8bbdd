// Finds the files that come with the program.
#pragma once

#include <filesystem>

namespace sightline {

// `name` is relative to the source tree, as "models/sightline-base.pt". Looked for under SIGHTLINE_RESOURCES, then
// ../share/sightline beside the program, then the source tree that holds it, then the one it was built from. The last
// candidate comes back when none exists, for the error message.
std::filesystem::path resourceFile(const std::filesystem::path& name);

}  // namespace sightline
