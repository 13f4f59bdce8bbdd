#include "core/inference/bundle_script.h"

#include "core/inference/bundle.h"
#include "core/inference/torch_library.h"

namespace sightline {

Result<void> checkScripts(const std::filesystem::path& path) {
    auto bundle = readBundle(path);
    if (!bundle) {
        return tl::unexpected(bundle.error());
    }
    const auto torch = torchFunctions();
    return torch ? (*torch)->checkScripts(path, std::move(bundle->encoder)) : tl::unexpected(torch.error());
}

}  // namespace sightline
