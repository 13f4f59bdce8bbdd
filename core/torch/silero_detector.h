// Runs Silero VAD in LibTorch.
#pragma once

#include "core/inference/speech_detector.h"

namespace sightline {

// As SpeechDetector::load(), of a file that is there.
Result<std::unique_ptr<SpeechDetector>> loadSileroDetector(const std::filesystem::path& model);

}  // namespace sightline
