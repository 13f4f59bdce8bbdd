// How likely each moment of a sound is speech, by Silero VAD (https://github.com/snakers4/silero-vad).
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "core/base/result.h"

namespace sightline {

// One thread at a time; it runs on that thread alone.
class SpeechDetector {
public:
    static constexpr int kRate = 16'000;         // sample frames a second, of one channel
    static constexpr std::size_t kWindow = 512;  // samples that get one answer: 32 ms

    // A TorchScript archive as the package silero-vad ships it. Errors: NotFound, Model; Unsupported without LibTorch.
    static Result<std::unique_ptr<SpeechDetector>> load(const std::filesystem::path& model);

    virtual ~SpeechDetector() = default;

    // `stretches`: sounds of one length, float, -1 to 1, one after the other in `samples`. Each is heard from silence
    // on; they are computed side by side, which is faster than one after the other. Returns for each stretch, one after
    // the other, the likelihood of each whole window, 0..1. Error: Model.
    virtual Result<std::vector<float>> likelihoods(std::span<const float> samples, std::size_t stretches) = 0;
};

}  // namespace sightline
