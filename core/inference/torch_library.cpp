#include "core/inference/torch_library.h"

#include <mutex>

#include "core/base/function_library.h"

namespace sightline {
namespace {

struct Loaded {
    std::mutex mutex;
    const TorchFunctions* functions = nullptr;  // guarded by mutex
    int interOpThreads = 0;                     // guarded by mutex; wanted before there was a LibTorch to tell
};

Loaded& loaded() {
    static Loaded one;
    return one;
}

}  // namespace

Result<const TorchFunctions*> loadTorchFunctions(const char* library) {
    return loadFunctions<TorchFunctions>(library, kTorchFunctions, "LibTorch");
}

Result<const TorchFunctions*> torchFunctions() {
    Loaded& one = loaded();
    const std::scoped_lock lock(one.mutex);
    if (!one.functions) {
        const auto functions = loadTorchFunctions(kTorchLibrary);
        if (!functions) {
            return functions;
        }
        one.functions = *functions;
        if (one.interOpThreads > 0) {
            if (const auto set = one.functions->setInterOpThreads(one.interOpThreads); !set) {
                return tl::unexpected(set.error());
            }
        }
    }
    return one.functions;
}

std::string libTorchVersion() { return SIGHTLINE_LIBTORCH; }

Result<void> setInterOpThreads(int threads) {
    Loaded& one = loaded();
    const std::scoped_lock lock(one.mutex);
    one.interOpThreads = threads;
    return one.functions ? one.functions->setInterOpThreads(threads) : Result<void>();
}

}  // namespace sightline
