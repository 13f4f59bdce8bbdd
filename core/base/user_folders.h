// Where a user's own files lie (XDG base directory specification).
#pragma once

#include <filesystem>

namespace sightline {

// For what is worth keeping between starts but is no document: logs, reports of crashes. $XDG_STATE_HOME/sightline, or
// ~/.local/state/sightline; empty without a home. The folder need not exist.
std::filesystem::path stateFolder();

// For what can be made again: $XDG_CACHE_HOME/sightline, or ~/.cache/sightline; empty without a home. The folder need
// not exist.
std::filesystem::path cacheFolder();

// For sockets, gone after the session: $XDG_RUNTIME_DIR, or stateFolder() where there is none.
std::filesystem::path runtimeFolder();

}  // namespace sightline
