// What the thread lab sets.
#pragma once

#include <filesystem>
#include <functional>

namespace sightline {

struct CpuSettings {
    int threads = 1;  // intra-op
    int interOp = 0;  // 0: LibTorch's default
    std::filesystem::path model;

    bool operator==(const CpuSettings&) const = default;
};

// Where they are kept: `apply` makes every captioner of the program obey from its next caption on and remembers them
// for later starts; pages load another model at once. Inter-op threads cannot change any more while the program runs.
struct CpuSettingsStore {
    std::function<CpuSettings()> current;
    std::function<void(const CpuSettings&)> apply;
};

}  // namespace sightline
