#include "app/resource_files.h"

#include <cstdlib>
#include <vector>

namespace sightline {

std::filesystem::path resourceFile(const std::filesystem::path& name) {
    std::vector<std::filesystem::path> roots;
    if (const char* chosen = std::getenv("SIGHTLINE_RESOURCES")) {
        roots.emplace_back(chosen);
    }
    std::error_code status;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", status);
    if (!status) {
        const auto prefix = program.parent_path().parent_path();
        roots.push_back(prefix / "share" / "sightline");
        roots.push_back(prefix.parent_path().parent_path());  // of build/release/bin: a checkout may be moved
    }
    roots.emplace_back(SIGHTLINE_SOURCE_DIR);
    for (const auto& root : roots) {
        if (std::filesystem::exists(root / name, status)) {
            return root / name;
        }
    }
    return roots.back() / name;
}

}  // namespace sightline
