// LibTorch's exceptions carry a backtrace; what leaves this library says one line.
#pragma once

#include <stdexcept>

// No fmt in files that include LibTorch: it brings fmt headers of its own, of another version.
#include <c10/util/Exception.h>

namespace sightline {

// Runs `work`. Throws std::runtime_error for what LibTorch throws.
template <typename Work>
auto withPlainErrors(const Work& work) {
    try {
        return work();
    } catch (const c10::Error& error) {
        throw std::runtime_error(error.what_without_backtrace());
    }
}

}  // namespace sightline
