// LibTorch's exceptions carry a backtrace; what leaves this library says one line.
#pragma once

#include <stdexcept>
#include <string>

// No fmt in files that include LibTorch: it brings fmt headers of its own, of another version.
#include <c10/util/Exception.h>

namespace sightline {

// LibTorch throws exceptions of its own kind, and, where an archive lacks something, others.
inline std::string inOneLine(const std::exception& error) {
    const auto* torchError = dynamic_cast<const c10::Error*>(&error);
    return torchError ? torchError->what_without_backtrace() : error.what();
}

// Runs `work`. Throws std::runtime_error for what LibTorch throws.
template <typename Work>
auto withPlainErrors(const Work& work) {
    try {
        return work();
    } catch (const c10::Error& error) {
        throw std::runtime_error(inOneLine(error));
    }
}

}  // namespace sightline
