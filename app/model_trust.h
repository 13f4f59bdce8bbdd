// Whether a bundle may run here: one that somebody else made holds code of theirs, which has the rights of the user.
#pragma once

#include <filesystem>

#include "core/base/result.h"

namespace sightline {

// Whether the user has to say so before this bundle is loaded. False for those that came with this release, for those
// that the user trusted before, and for files that cannot be loaded anyway. Any thread.
bool needsTrust(const std::filesystem::path& model);

// The user trusts who made it; a file of other content is another model. Any thread.
void trustModel(const std::filesystem::path& model);

// To be called before a bundle is loaded. One that the user trusts is tried in a process of its own (bundle_check.h)
// before it is loaded the first time, and kept in the settings file as such. Blocks; any thread. Errors: those of
// identifyBundle() and checkBundle(); Model, where the user has to say first that it may be loaded.
Result<void> admitModel(const std::filesystem::path& model);

}  // namespace sightline
