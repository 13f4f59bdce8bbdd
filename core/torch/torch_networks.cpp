#include "core/torch/torch_networks.h"

#include <algorithm>
#include <cctype>
#include <sstream>

// No fmt in files that include LibTorch: it brings fmt headers of its own, of another version.
#include <ATen/Parallel.h>
#include <torch/script.h>

#include "core/torch/half_weights.h"
#include "core/torch/plain_errors.h"
#include "core/torch/scripted_decoder.h"

namespace sightline {
namespace {

// `name` as Python spells it: "onednn", "fbgemm", "x86", "qnnpack"; empty: nothing is quantized.
void selectEngine(std::string name) {
    if (name.empty()) {
        return;
    }
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
    for (const at::QEngine engine : at::globalContext().supportedQEngines()) {
        if (name == c10::toString(engine)) {
            at::globalContext().setQEngine(engine);
            return;
        }
    }
    TORCH_CHECK(false, "this LibTorch or CPU lacks the quantized engine ", name);
}

void setThreadsHere(int threads) {
    if (at::get_num_threads() != threads) {
        at::set_num_threads(threads);  // of this thread only: OpenMP keeps one count per calling thread
    }
}

class TorchPrefix final : public ScriptedPrefix {
public:
    explicit TorchPrefix(at::Tensor tensor) : tensor_(std::move(tensor)) {}

    std::span<const float> numbers() const override {
        return {tensor_.data_ptr<float>(), static_cast<std::size_t>(tensor_.numel())};
    }
    const at::Tensor& tensor() const { return tensor_; }

private:
    const at::Tensor tensor_;  // contiguous
};

class TorchNetworks final : public ScriptedNetworks {
public:
    TorchNetworks(const torch::jit::Module& encoder, const torch::jit::Module& decoder, const Manifest& manifest)
        : manifest_(manifest), encode_(encoder.get_method("encode")), prefill_(decoder.get_method("prefill")),
          decoder_(scriptedDecoder(decoder, manifest)) {}

    void encode(const std::uint8_t* pixels, int threads) override {
        withPlainErrors([&] {
            const c10::InferenceMode noGradients;
            setThreadsHere(threads);
            const std::int64_t size = manifest_.input.size;
            // not written to
            const at::Tensor input = torch::from_blob(const_cast<std::uint8_t*>(pixels), {1, 3, size, size},
                                                      {size * size * 3, 1, size * 3, 3}, torch::kByte);
            features_ = encode_({input}).toTensor();
        });
    }

    void takeFeatures(std::span<const float> features, int cells) override {
        withPlainErrors([&] {
            const c10::InferenceMode noGradients;
            const auto channels = static_cast<std::int64_t>(features.size()) / cells;
            features_ = torch::from_blob(const_cast<float*>(features.data()), {1, cells, channels}).clone();
        });
    }

    std::unique_ptr<ScriptedPrefix> prefill(int threads) override {
        return withPlainErrors([&]() -> std::unique_ptr<ScriptedPrefix> {
            const c10::InferenceMode noGradients;
            setThreadsHere(threads);
            at::Tensor prefix = prefill_({std::exchange(features_, {})}).toTensor();
            const std::vector<std::int64_t> expected{manifest_.layers,   2, 1, manifest_.heads, manifest_.prefixLength,
                                                     manifest_.headWidth};
            TORCH_CHECK(prefix.sizes() == expected && prefix.scalar_type() == torch::kFloat,
                        "prefill returned a tensor of another shape than the manifest says");
            return std::make_unique<TorchPrefix>(prefix.contiguous());
        });
    }

    StepDecoder& start(const ScriptedPrefix& prefix, int beams, int threads) override {
        withPlainErrors([&] {
            const c10::InferenceMode noGradients;
            setThreadsHere(threads);
            decoder_->start(dynamic_cast<const TorchPrefix&>(prefix).tensor(), beams);
        });
        return *decoder_;
    }

private:
    const Manifest manifest_;

    // encoding thread only
    torch::jit::Method encode_;
    torch::jit::Method prefill_;
    at::Tensor features_;

    // generating thread only
    const std::unique_ptr<ScriptedDecoder> decoder_;
};

}  // namespace

Result<std::unique_ptr<ScriptedNetworks>> loadTorchNetworks(const std::filesystem::path& path, const Manifest& manifest,
                                                            std::string encoder, int threads) {
    try {
        // Caption lengths differ at every step, and the profiling executor would specialize each of them anew.
        torch::jit::getProfilingMode() = false;
        at::set_num_threads(std::max(1, threads));
        // Quantized weights are packed while they are loaded, so each part's engine comes first.
        selectEngine(manifest.encoderEngine);
        std::istringstream file(std::move(encoder));
        const torch::jit::Module encoding = torch::jit::load(file, torch::kCPU);
        file = {};  // of an imported captioner it has a hundred megabytes
        widenHalves(encoding);
        selectEngine(manifest.decoderEngine);
        const torch::jit::Module decoding = torch::jit::load(path.string(), torch::kCPU);
        widenHalves(decoding);
        return std::make_unique<TorchNetworks>(encoding, decoding, manifest);
    } catch (const std::exception& error) {
        return fail(ErrorCode::Model, inOneLine(error));
    }
}

}  // namespace sightline
