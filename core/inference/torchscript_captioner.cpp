#include "core/inference/torchscript_captioner.h"

#include <algorithm>
#include <cctype>
#include <sstream>

// No fmt in files that include LibTorch: it brings fmt headers of its own, of another version.
#include <ATen/Parallel.h>
#include <torch/script.h>

#include "core/inference/bundle.h"
#include "core/inference/decoder_weights.h"
#include "core/inference/fused_decoder.h"
#include "core/inference/preprocess.h"

namespace sightline {
namespace {

// Two captions warm up memory, caches and oneDNN's generated kernels; after the second, times no longer fall.
constexpr int kWarmUpCaptions = 2;

class Stopwatch {
public:
    std::chrono::nanoseconds lap() {
        const auto now = std::chrono::steady_clock::now();
        return now - std::exchange(started_, now);
    }

private:
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

Error modelError(const std::string& path, const std::exception& error) {
    const auto* torchError = dynamic_cast<const c10::Error*>(&error);
    return {ErrorCode::Model,
            "The model " + path +
                " does not run here: it is damaged, or made for another LibTorch or CPU. Get an intact "
                "bundle.",
            torchError ? torchError->what_without_backtrace() : error.what()};
}

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

// The decoder's `step` method, for bundles of any precision.
class ScriptedDecoder final : public StepDecoder {
public:
    ScriptedDecoder(const torch::jit::Module& decoder, const Manifest& manifest)
        : manifest_(manifest), step_(decoder.get_method("step")) {}

    // `prefix`: float32 [layers, 2, 1, heads, prefix, head width].
    void start(const at::Tensor& prefix, int beams);
    std::span<const float> step(std::span<const TokenId> tokens, int position) override;
    void reorder(std::span<const int> parents, int positions) override;

private:
    const Manifest manifest_;
    torch::jit::Method step_;
    at::Tensor cache_;      // float32 [layers, 2, beams, heads, prefix + tokens, head width]
    at::Tensor liveCache_;  // the rows of cache_ that belong to live beams
    at::Tensor logits_;     // float32 [live beams, vocabulary]
};

void ScriptedDecoder::start(const at::Tensor& prefix, int beams) {
    if (!cache_.defined() || cache_.size(2) < beams) {
        cache_ = torch::zeros({manifest_.layers, 2, beams, manifest_.heads,
                               manifest_.prefixLength + manifest_.maxTokens, manifest_.headWidth});
    }
    cache_.narrow(2, 0, beams).narrow(4, 0, manifest_.prefixLength).copy_(prefix);  // spread over the beams
    liveCache_ = cache_.narrow(2, 0, 1);
}

std::span<const float> ScriptedDecoder::step(std::span<const TokenId> tokens, int position) {
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

void ScriptedDecoder::reorder(std::span<const int> parents, int positions) {
    const auto beams = static_cast<std::int64_t>(parents.size());
    const at::Tensor rows = torch::empty({beams}, torch::kLong);
    std::copy(parents.begin(), parents.end(), rows.data_ptr<std::int64_t>());
    // Only the text differs between beams; the prefix stays where it is.
    const at::Tensor text = cache_.narrow(4, manifest_.prefixLength, positions);
    text.narrow(2, 0, beams).copy_(text.index_select(2, rows));
    liveCache_ = cache_.narrow(2, 0, beams);
}

// LibTorch's own threads, so that the encoder and the steps share one pool.
void parallelFor(int count, const std::function<void(int, int)>& job) {
    const auto threads = static_cast<int>(at::get_num_threads());
    at::parallel_for(0, count, (count + threads - 1) / threads, [&job](std::int64_t first, std::int64_t last) {
        job(static_cast<int>(first), static_cast<int>(last));
    });
}

class TorchScriptCaptioner final : public Captioner {
public:
    TorchScriptCaptioner(std::filesystem::path path, Bundle bundle, const torch::jit::Module& encoder,
                         const torch::jit::Module& decoder, int threads);

    const Manifest& manifest() const override { return manifest_; }
    void setThreads(int threads) override { threads_ = std::max(1, threads); }
    Result<GeneratedCaption> caption(const Image& image, const SearchOptions& options) override;

private:
    StepDecoder& start(at::Tensor prefix, int beams);

    // immutable
    const std::filesystem::path path_;
    const Manifest manifest_;
    const Vocabulary vocabulary_;

    // calling thread only
    torch::jit::Method encode_;
    torch::jit::Method prefill_;
    ScriptedDecoder scripted_;
    std::unique_ptr<FusedDecoder> fused_;  // of a quantized decoder, instead of scripted_
    at::Tensor prefix_;                    // what fused_ borrows
    int threads_;
    std::vector<std::uint8_t> pixels_;
};

TorchScriptCaptioner::TorchScriptCaptioner(std::filesystem::path path, Bundle bundle, const torch::jit::Module& encoder,
                                           const torch::jit::Module& decoder, int threads)
    : path_(std::move(path)), manifest_(std::move(bundle.manifest)), vocabulary_(std::move(bundle.vocabulary)),
      encode_(encoder.get_method("encode")), prefill_(decoder.get_method("prefill")), scripted_(decoder, manifest_),
      threads_(threads) {
    if (!manifest_.decoderEngine.empty()) {
        fused_ = std::make_unique<FusedDecoder>(decoderWeights(decoder, manifest_.heads, bestSimdPath()),
                                                manifest_.maxTokens, manifest_.prefixLength, parallelFor);
    }
}

StepDecoder& TorchScriptCaptioner::start(at::Tensor prefix, int beams) {
    const std::vector<std::int64_t> expected{manifest_.layers,   2, 1, manifest_.heads, manifest_.prefixLength,
                                             manifest_.headWidth};
    TORCH_CHECK(prefix.sizes() == expected && prefix.scalar_type() == torch::kFloat,
                "prefill returned a tensor of another shape than the manifest says");
    if (!fused_) {
        scripted_.start(prefix, beams);
        return scripted_;
    }
    prefix_ = prefix.contiguous();
    fused_->start({prefix_.data_ptr<float>(), static_cast<std::size_t>(prefix_.numel())}, beams);
    return *fused_;
}

Result<GeneratedCaption> TorchScriptCaptioner::caption(const Image& image, const SearchOptions& options) {
    if (image.empty()) {
        return fail(ErrorCode::Model, "An empty picture cannot be captioned.");
    }
    if (at::get_num_threads() != threads_) {
        at::set_num_threads(threads_);  // of this thread only: OpenMP keeps one count per calling thread
    }
    SearchOptions search = options;
    search.beams = std::clamp(search.beams, 1, manifest_.vocabularySize / 2);
    search.maxTokens = std::clamp(search.maxTokens, 1, manifest_.maxTokens);
    try {
        const c10::InferenceMode noGradients;
        GeneratedCaption result;
        Stopwatch watch;
        preprocess(image, manifest_.inputSize, pixels_);
        const std::int64_t size = manifest_.inputSize;
        const at::Tensor pixels =
            torch::from_blob(pixels_.data(), {1, 3, size, size}, {size * size * 3, 1, size * 3, 3}, torch::kByte);
        result.times.preprocess = watch.lap();
        const at::Tensor features = encode_({pixels}).toTensor();
        result.times.encode = watch.lap();
        StepDecoder& decoder = start(prefill_({features}).toTensor(), search.beams);
        result.times.prefill = watch.lap();
        result.search = searchTokens(decoder, manifest_.beginToken, manifest_.endToken, search);
        result.times.generate = watch.lap();
        result.times.steps = result.search.steps;
        result.text = vocabulary_.decode(result.search.tokens);
        result.confidence = confidence(result.search.logProbabilities);
        for (const SearchCandidate& candidate : result.search.candidates) {
            std::string text = vocabulary_.decode(candidate.tokens);
            if (std::ranges::find(result.candidates, text, &CaptionCandidate::text) == result.candidates.end()) {
                result.candidates.push_back({std::move(text), confidence(candidate.logProbabilities)});
            }
        }
        return result;
    } catch (const std::exception& error) {
        return tl::unexpected(modelError(path_.string(), error));
    }
}

}  // namespace

Result<std::unique_ptr<Captioner>> loadCaptioner(const std::filesystem::path& path, int threads) {
    auto bundle = readBundle(path);
    if (!bundle) {
        return tl::unexpected(bundle.error());
    }
    try {
        // Caption lengths differ at every step, and the profiling executor would specialize each of them anew.
        torch::jit::getProfilingMode() = false;
        at::set_num_threads(std::max(1, threads));
        // Quantized weights are packed while they are loaded, so each part's engine comes first.
        selectEngine(bundle->manifest.encoderEngine);
        std::istringstream encoderFile(std::move(bundle->encoder));
        const torch::jit::Module encoder = torch::jit::load(encoderFile, torch::kCPU);
        selectEngine(bundle->manifest.decoderEngine);
        const torch::jit::Module decoder = torch::jit::load(path.string(), torch::kCPU);
        auto captioner =
            std::make_unique<TorchScriptCaptioner>(path, std::move(*bundle), encoder, decoder, std::max(1, threads));
        Image grey(captioner->manifest().inputSize, captioner->manifest().inputSize);
        std::fill_n(grey.data(), grey.sizeBytes(), std::uint8_t{127});
        for (int i = 0; i < kWarmUpCaptions; ++i) {
            if (auto warm = captioner->caption(grey, captioner->defaultSearch()); !warm) {
                return tl::unexpected(warm.error());
            }
        }
        return captioner;
    } catch (const std::exception& error) {
        return tl::unexpected(modelError(path.string(), error));
    }
}

}  // namespace sightline
