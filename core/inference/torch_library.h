// LibTorch, loaded when something needs it for the first time: the int8 bundles of models/ run without it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/inference/manifest.h"
#include "core/inference/scripted_networks.h"
#include "core/inference/speech_detector.h"

namespace sightline {

inline constexpr const char* kTorchLibrary = "libsightline_torch.so";  // what core/torch is built into

// What core/torch does. Any thread, one after the other while loading.
struct TorchFunctions {
    // The bundle `path`, whose manifest and encoder were read from it. Sets the process-wide quantized engine. Errors:
    // Model, with what LibTorch says.
    Result<std::unique_ptr<ScriptedNetworks>> (*loadNetworks)(const std::filesystem::path& path,
                                                              const Manifest& manifest, std::string encoder,
                                                              int threads);
    // As checkScripts() of bundle_script.h.
    Result<void> (*checkScripts)(const std::filesystem::path& path, std::string encoder);
    // As SpeechDetector::load().
    Result<std::unique_ptr<SpeechDetector>> (*loadSpeechDetector)(const std::filesystem::path& model);
    // As setInterOpThreads().
    Result<void> (*setInterOpThreads)(int threads);
};

// The name that the library gives them by.
inline constexpr const char* kTorchFunctions = "sightlineTorchFunctions";

// Loads the library with the first call, in a tenth of a second or two; it stays for as long as the process runs.
// Error: Unsupported, where it cannot be loaded.
Result<const TorchFunctions*> torchFunctions();
// For tests: from a library of another name, each time.
Result<const TorchFunctions*> loadTorchFunctions(const char* library);

std::string libTorchVersion();  // "2.9.1": what this was built with

// Threads that run independent branches of a network side by side. LibTorch takes this once per process, before its
// first network runs; nothing else has such threads. Error: Unsupported, when it is too late.
Result<void> setInterOpThreads(int threads);

}  // namespace sightline
