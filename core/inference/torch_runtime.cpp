#include "core/inference/torch_runtime.h"

// No fmt in files that include LibTorch: it brings fmt headers of its own, of another version.
#include <ATen/Parallel.h>
#include <torch/version.h>

namespace sightline {

std::string libTorchVersion() { return TORCH_VERSION; }

Result<void> setInterOpThreads(int threads) {
    try {
        at::set_num_interop_threads(threads);
        return {};
    } catch (const c10::Error& error) {
        return fail(ErrorCode::Unsupported,
                    "The number of inter-op threads cannot be changed any more: a network has run. Restart the "
                    "program.",
                    error.what_without_backtrace());
    }
}

}  // namespace sightline
