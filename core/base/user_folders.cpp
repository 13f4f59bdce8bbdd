#include "core/base/user_folders.h"

#include <cstdlib>

namespace sightline {
namespace {

// The specification: a relative path is invalid and ignored.
std::filesystem::path folderOf(const char* variable) {
    const char* value = std::getenv(variable);
    std::filesystem::path path = value ? value : "";
    return path.is_absolute() ? path : std::filesystem::path();
}

}  // namespace

std::filesystem::path stateFolder() {
    if (const auto state = folderOf("XDG_STATE_HOME"); !state.empty()) {
        return state / "sightline";
    }
    const auto home = folderOf("HOME");
    return home.empty() ? home : home / ".local" / "state" / "sightline";
}

std::filesystem::path cacheFolder() {
    if (const auto cache = folderOf("XDG_CACHE_HOME"); !cache.empty()) {
        return cache / "sightline";
    }
    const auto home = folderOf("HOME");
    return home.empty() ? home : home / ".cache" / "sightline";
}

std::filesystem::path runtimeFolder() {
    const auto runtime = folderOf("XDG_RUNTIME_DIR");
    return runtime.empty() ? stateFolder() : runtime;
}

}  // namespace sightline
