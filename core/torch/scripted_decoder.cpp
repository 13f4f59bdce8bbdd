#include "core/torch/scripted_decoder.h"

#include <algorithm>

#include <torch/script.h>

#include "core/torch/plain_errors.h"

namespace sightline {
namespace {

class TorchDecoder final : public ScriptedDecoder {
public:
    TorchDecoder(const torch::jit::Module& decoder, const Manifest& manifest)
        : manifest_(manifest), step_(decoder.get_method("step")) {}

    void start(const at::Tensor& prefix, int beams) override;
    std::span<const float> step(std::span<const TokenId> tokens, int position) override;
    void reorder(std::span<const int> parents, int positions) override;

private:
    std::span<const float> logits(std::span<const TokenId> tokens, int position);

    const Manifest manifest_;
    torch::jit::Method step_;
    at::Tensor cache_;      // float32 [layers, 2, beams, heads, prefix + tokens, head width]
    at::Tensor liveCache_;  // the rows of cache_ that belong to live beams
    at::Tensor logits_;     // float32 [live beams, vocabulary]
};

void TorchDecoder::start(const at::Tensor& prefix, int beams) {
    if (!cache_.defined() || cache_.size(2) < beams) {
        cache_ = torch::zeros({manifest_.layers, 2, beams, manifest_.heads,
                               manifest_.prefixLength + textLength(manifest_), manifest_.headWidth});
    }
    const int rows = manifest_.onePrefix ? 1 : beams;
    cache_.narrow(2, 0, rows).narrow(4, 0, manifest_.prefixLength).copy_(prefix);  // spread over the beams
    liveCache_ = cache_.narrow(2, 0, 1);
}

std::span<const float> TorchDecoder::step(std::span<const TokenId> tokens, int position) {
    const c10::InferenceMode noGradients;
    return withPlainErrors([&] { return logits(tokens, position); });
}

std::span<const float> TorchDecoder::logits(std::span<const TokenId> tokens, int position) {
    const auto beams = static_cast<std::int64_t>(tokens.size());
    at::Tensor input = torch::empty({beams}, torch::kLong);
    std::copy(tokens.begin(), tokens.end(), input.data_ptr<std::int64_t>());
    logits_ = step_({input, static_cast<std::int64_t>(manifest_.prefixLength + position), liveCache_}).toTensor();
    TORCH_CHECK(logits_.dim() == 2 && logits_.size(0) == beams && logits_.size(1) == manifest_.vocabularySize &&
                    logits_.scalar_type() == torch::kFloat,
                "step returned logits of another shape than the manifest says");
    logits_ = logits_.contiguous();
    return {logits_.data_ptr<float>(), static_cast<std::size_t>(logits_.numel())};
}

void TorchDecoder::reorder(std::span<const int> parents, int positions) {
    const c10::InferenceMode noGradients;
    withPlainErrors([&] {
        const auto beams = static_cast<std::int64_t>(parents.size());
        const at::Tensor rows = torch::empty({beams}, torch::kLong);
        std::copy(parents.begin(), parents.end(), rows.data_ptr<std::int64_t>());
        // Only the text differs between beams; the prefix stays where it is.
        const at::Tensor text = cache_.narrow(4, manifest_.prefixLength, positions);
        text.narrow(2, 0, beams).copy_(text.index_select(2, rows));
        liveCache_ = cache_.narrow(2, 0, beams);
    });
}

}  // namespace

std::unique_ptr<ScriptedDecoder> scriptedDecoder(const torch::jit::Module& decoder, const Manifest& manifest) {
    return std::make_unique<TorchDecoder>(decoder, manifest);
}

}  // namespace sightline
