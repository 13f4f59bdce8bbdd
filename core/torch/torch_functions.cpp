// What this library gives the program: see core/inference/torch_library.h.
#include "core/inference/torch_library.h"

// No fmt in files that include LibTorch: it brings fmt headers of its own, of another version.
#include <ATen/Parallel.h>

#include "core/torch/script_check.h"
#include "core/torch/silero_detector.h"
#include "core/torch/torch_networks.h"

namespace sightline {
namespace {

Result<void> setTorchInterOpThreads(int threads) {
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

}  // namespace
}  // namespace sightline

extern "C" __attribute__((visibility("default"))) const sightline::TorchFunctions sightlineTorchFunctions{
    sightline::loadTorchNetworks, sightline::checkTorchScripts, sightline::loadSileroDetector,
    sightline::setTorchInterOpThreads};
