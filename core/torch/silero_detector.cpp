#include "core/torch/silero_detector.h"

#include <algorithm>

// No fmt in files that include LibTorch: it brings fmt headers of its own, of another version.
#include <ATen/Parallel.h>
#include <torch/script.h>

#include "core/torch/plain_errors.h"

namespace sightline {
namespace {

Error modelError(const std::filesystem::path& path, const std::exception& error) {
    return {ErrorCode::Model,
            "The speech model " + path.string() + " does not run here: it is damaged. Install the program again.",
            inOneLine(error)};
}

class SileroDetector final : public SpeechDetector {
public:
    SileroDetector(std::filesystem::path path, torch::jit::Module module)
        : path_(std::move(path)), module_(std::move(module)) {}

    Result<std::vector<float>> likelihoods(std::span<const float> samples, std::size_t stretches) override {
        if (stretches == 0) {
            return std::vector<float>{};
        }
        try {
            const c10::InferenceMode guard;
            at::set_num_threads(1);
            const auto rows = static_cast<std::int64_t>(stretches);
            const auto length = static_cast<std::int64_t>(samples.size() / stretches);
            const std::int64_t windows = length / static_cast<std::int64_t>(kWindow);
            // float32 [stretches, samples]; not written to
            const at::Tensor sound = torch::from_blob(const_cast<float*>(samples.data()), {rows, length});
            at::Tensor answers = torch::empty({rows, windows});
            module_.run_method("reset_states");
            for (std::int64_t i = 0; i < windows; ++i) {
                const at::Tensor part = sound.narrow(1, i * static_cast<std::int64_t>(kWindow), kWindow);
                answers.select(1, i).copy_(module_.forward({part, std::int64_t{kRate}}).toTensor().view({rows}));
            }
            const float* data = answers.data_ptr<float>();
            return std::vector<float>(data, data + answers.numel());
        } catch (const std::exception& error) {
            return tl::unexpected(modelError(path_, error));
        }
    }

private:
    const std::filesystem::path path_;
    torch::jit::Module module_;
};

}  // namespace

Result<std::unique_ptr<SpeechDetector>> loadSileroDetector(const std::filesystem::path& model) {
    try {
        torch::jit::Module module = torch::jit::load(model.string(), torch::kCPU);
        module.eval();
        return std::unique_ptr<SpeechDetector>(std::make_unique<SileroDetector>(model, std::move(module)));
    } catch (const std::exception& error) {
        return tl::unexpected(modelError(model, error));
    }
}

}  // namespace sightline
