// Tries a bundle that somebody else made in a process of its own, with bounded time and memory.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <stop_token>
#include <string>

#include "core/base/result.h"

namespace sightline {

struct BundleCheckLimits {
    std::uint64_t memoryBytes = 0;  // beyond what the program takes without a model
    std::chrono::seconds cpuTime{0};
};

// Far more than a sound bundle of that size takes: loading needs its size up to four times, and on the slowest machine
// in use the two captions of warming up take some seconds.
BundleCheckLimits limitsOf(const std::filesystem::path& path);

// The argument that makes the program a child; what follows it is told by checkBundle().
inline constexpr const char* kCheckCommand = "check-bundle";

// Looks at the bundle's code (bundle_script.h), loads it and captions a plain picture, all in a child of `program`,
// which writes no files and ends with this process. Blocks, for as long as loading the bundle twice. Any thread.
// Errors: Model, why it cannot be used; Cancelled, by `stop`; Internal, when there is no such program.
Result<void> checkBundle(const std::filesystem::path& program, const std::filesystem::path& path,
                         const BundleCheckLimits& limits, const std::stop_token& stop = {});

// The child: bounds itself, tries the bundle and writes the answer to `out`. Returns the exit code.
int runBundleCheck(const std::string& argument, std::FILE* out);

}  // namespace sightline
