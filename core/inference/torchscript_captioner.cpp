#include "core/inference/torchscript_captioner.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <sstream>

// No fmt in files that include LibTorch: it brings fmt headers of its own, of another version.
#include <ATen/Parallel.h>
#include <torch/script.h>

#include "core/base/ahead.h"
#include "core/base/system_load.h"
#include "core/inference/bundle.h"
#include "core/inference/decoder_weights.h"
#include "core/inference/encoder_weights.h"
#include "core/inference/engine_log.h"
#include "core/inference/fused_decoder.h"
#include "core/inference/fused_encoder.h"
#include "core/inference/fused_prefill.h"
#include "core/inference/half_weights.h"
#include "core/inference/picture_views.h"
#include "core/inference/preprocess.h"
#include "core/inference/scripted_decoder.h"
#include "core/inference/work_team.h"

namespace sightline {
namespace {

constexpr const char* kEmptyPicture = "An empty picture cannot be captioned.";

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

// LibTorch throws exceptions of its own kind, and, where an archive lacks something, others.
std::string inOneLine(const std::exception& error) {
    const auto* torchError = dynamic_cast<const c10::Error*>(&error);
    return torchError ? torchError->what_without_backtrace() : error.what();
}

Error modelError(const std::string& path, const std::exception& error) {
    return {ErrorCode::Model,
            "The model " + path +
                " does not run here: it is damaged, or made for another LibTorch or CPU. Get an intact "
                "bundle.",
            inOneLine(error)};
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

// Before a large model makes the machine swap, or the kernel ends the program. The file's content is read, then made
// into weights, those of bfloat16 perhaps into float.
Result<void> hasRoom(const std::filesystem::path& path, const Manifest& manifest) {
    constexpr std::uint64_t megabyte = 1'000'000;
    std::error_code problem;
    const auto size = std::filesystem::file_size(path, problem);
    const auto available = availableBytes();
    const std::uint64_t needed = (problem ? 0 : size) * (manifest.precision == "bf16" ? 3 : 2);
    if (!available || needed <= *available) {
        return {};
    }
    return fail(ErrorCode::Model, "The model " + path.string() + " needs about " + std::to_string(needed / megabyte) +
                                      " MB of memory, " + std::to_string(*available / megabyte) +
                                      " MB are free. Close other programs or choose a smaller model.");
}

// The steps after LibTorch's encoder. Its threads spin on for a while and would take the CPU of a team's: 9 % less time
// at the median, a third more at the 95th percentile. And at::parallel_for is a plain loop where its header is compiled
// without OpenMP, as here.
void oneThread(int count, const std::function<void(int, int)>& job) { job(0, count); }

// Takes the more confident caption; it took the time of both.
void takeSurer(GeneratedCaption& best, GeneratedCaption other) {
    StageTimes times = best.times;
    times.preprocess += other.times.preprocess;
    times.encode += other.times.encode;
    times.prefill += other.times.prefill;
    times.generate += other.times.generate;
    times.steps += other.times.steps;
    times.parts.projections += other.times.parts.projections;
    times.parts.attention += other.times.parts.attention;
    times.parts.feedForward += other.times.parts.feedForward;
    times.parts.head += other.times.parts.head;
    if (other.confidence > best.confidence) {
        best = std::move(other);
    }
    best.times = times;
}

// A picture as the decoder sees it.
struct EncodedPicture {
    at::Tensor prefix;
    StageTimes times;  // without generating
};

constexpr std::array<std::array<const char*, 3>, 5> guessedWords{{{" man", " woman", " person"},
                                                                  {" men", " women", " people"},
                                                                  {" boy", " girl", " child"},
                                                                  {" boys", " girls", " children"},
                                                                  {" his", " her", " their"}}};

MeaningfulTokens meaningfulTokens(const Manifest& manifest, const Vocabulary& vocabulary) {
    MeaningfulTokens known{manifest.beginToken, manifest.endToken, vocabulary.find(" and"), {}, {}, manifest.prompt};
    for (const char* article : {" a", " an", " the"}) {
        if (const auto token = vocabulary.find(article)) {
            known.articles.push_back(*token);
        }
    }
    for (const auto& [one, other, both] : guessedWords) {
        const auto first = vocabulary.find(one);
        const auto second = vocabulary.find(other);
        const auto neutral = vocabulary.find(both);
        if (first && second && neutral) {
            known.guesses.push_back({*first, *second, *neutral});
        }
    }
    return known;
}

void setThreadsHere(int threads) {
    if (at::get_num_threads() != threads) {
        at::set_num_threads(threads);  // of this thread only: OpenMP keeps one count per calling thread
    }
}

class TorchScriptCaptioner final : public Captioner {
public:
    TorchScriptCaptioner(std::filesystem::path path, Bundle bundle, const torch::jit::Module& encoder,
                         const torch::jit::Module& decoder, int threads, const DecoderEngine& engine);

    const Manifest& manifest() const override { return manifest_; }
    void setThreads(int threads) override { threads_ = std::max(1, threads); }
    void setViews(int views) override { views_ = std::clamp(views, 1, kMostViews); }
    Result<GeneratedCaption> caption(const Image& image, const SearchOptions& options) override;
    Result<void> captionAll(const PictureSource& next, const SearchOptions& options,
                            const std::function<void(GeneratedCaption)>& each) override;

private:
    // All throw; one thread at a time calls encode(), and one, perhaps another, the rest.
    void fuseEncoder(const torch::jit::Module& encoder, const DecoderEngine& engine);
    void fusePrefill(const torch::jit::Module& decoder, const DecoderEngine& engine);
    at::Tensor prefill(const at::Tensor& features);
    EncodedPicture encode(const Image& image, int threads);
    GeneratedCaption generate(EncodedPicture picture, const SearchOptions& options, int threads);
    StepDecoder& start(at::Tensor prefix, int beams);

    // immutable
    const std::filesystem::path path_;
    const Manifest manifest_;
    const Vocabulary vocabulary_;
    const MeaningfulTokens known_;

    // encoding thread only
    std::optional<torch::jit::Method> encode_;  // of LibTorch's encoder; none where fusedEncoder_ is
    std::optional<FusedEncoder> fusedEncoder_;
    std::optional<torch::jit::Method> prefill_;  // of LibTorch's decoder; none where fusedPrefill_ is
    std::optional<FusedPrefill> fusedPrefill_;
    std::vector<std::uint8_t> pixels_;
    int encodingThreads_ = 1;

    // calling thread only
    std::unique_ptr<ScriptedDecoder> scripted_;
    std::unique_ptr<FusedDecoder> fused_;  // of a quantized decoder, instead of scripted_
    at::Tensor prefix_;                    // what fused_ borrows
    int threads_;
    int views_ = 1;
    int generatingThreads_ = 1;

    // With fusedEncoder_. The encoding thread has it while captionAll() runs, whose generating has one thread.
    WorkTeam team_;

    std::unique_ptr<Ahead<EncodedPicture>> ahead_;  // from the first captionAll() on; last: it uses the others
};

TorchScriptCaptioner::TorchScriptCaptioner(std::filesystem::path path, Bundle bundle, const torch::jit::Module& encoder,
                                           const torch::jit::Module& decoder, int threads, const DecoderEngine& engine)
    : path_(std::move(path)), manifest_(std::move(bundle.manifest)), vocabulary_(std::move(bundle.vocabulary)),
      known_(meaningfulTokens(manifest_, vocabulary_)), threads_(threads) {
    fuseEncoder(encoder, engine);
    fusePrefill(decoder, engine);
    if (engine.fused && !manifest_.imported && !manifest_.decoderEngine.empty()) {
        const ParallelFor parallel =
            fusedEncoder_ ? [this](int count, const WorkTeam::Job& job) { team_.run(count, generatingThreads_, job); }
                          : ParallelFor(oneThread);
        fused_ = std::make_unique<FusedDecoder>(decoderWeights(decoder, manifest_, engine.simd), textLength(manifest_),
                                                manifest_.prefixLength, parallel, engine.traced);
    } else {
        scripted_ = scriptedDecoder(decoder, manifest_);
    }
}

void TorchScriptCaptioner::fuseEncoder(const torch::jit::Module& encoder, const DecoderEngine& engine) {
    if (engine.fused && engine.fusedEncoder && !manifest_.imported && !manifest_.encoderEngine.empty()) {
        try {
            auto made = FusedEncoder::make(
                encoderWeights(encoder), manifest_.input.size, engine.simd,
                [this](int count, const WorkTeam::Job& job) { team_.run(count, encodingThreads_, job); });
            if (made) {
                fusedEncoder_.emplace(std::move(*made));
                return;
            }
            tellThatLibTorchRuns(made.error().message);
        } catch (const std::exception& error) {
            tellThatLibTorchRuns("The encoder is of another kind: " + inOneLine(error) + ".");
        }
    }
    encode_.emplace(encoder.get_method("encode"));
}

void TorchScriptCaptioner::fusePrefill(const torch::jit::Module& decoder, const DecoderEngine& engine) {
    if (engine.fused && fusedEncoder_ && !manifest_.decoderEngine.empty()) {
        try {
            PrefillWeights weights = prefillWeights(decoder, manifest_, engine.simd);
            TORCH_CHECK(weights.cells == fusedEncoder_->cells() && weights.channels == fusedEncoder_->channels(),
                        "it looks at other features");
            fusedPrefill_.emplace(std::move(weights), [this](int count, const WorkTeam::Job& job) {
                team_.run(count, encodingThreads_, job);
            });
            return;
        } catch (const std::exception& error) {
            tellThatLibTorchRuns("The decoder looks at pictures another way: " + inOneLine(error) + ".");
        }
    }
    prefill_.emplace(decoder.get_method("prefill"));
}

at::Tensor TorchScriptCaptioner::prefill(const at::Tensor& features) {
    if (!fusedPrefill_) {
        return (*prefill_)({features}).toTensor();
    }
    at::Tensor prefix = torch::empty(
        {manifest_.layers, 2, 1, manifest_.heads, manifest_.prefixLength, manifest_.headWidth}, torch::kFloat);
    fusedPrefill_->run({features.data_ptr<float>(), static_cast<std::size_t>(features.numel())},
                       {prefix.data_ptr<float>(), static_cast<std::size_t>(prefix.numel())});
    return prefix;
}

StepDecoder& TorchScriptCaptioner::start(at::Tensor prefix, int beams) {
    const std::vector<std::int64_t> expected{manifest_.layers,   2, 1, manifest_.heads, manifest_.prefixLength,
                                             manifest_.headWidth};
    TORCH_CHECK(prefix.sizes() == expected && prefix.scalar_type() == torch::kFloat,
                "prefill returned a tensor of another shape than the manifest says");
    if (!fused_) {
        scripted_->start(prefix, beams);
        return *scripted_;
    }
    prefix_ = prefix.contiguous();
    fused_->start({prefix_.data_ptr<float>(), static_cast<std::size_t>(prefix_.numel())}, beams);
    return *fused_;
}

EncodedPicture TorchScriptCaptioner::encode(const Image& image, int threads) {
    const c10::InferenceMode noGradients;
    encodingThreads_ = threads;
    setThreadsHere(fusedEncoder_ ? 1 : threads);
    EncodedPicture picture;
    Stopwatch watch;
    preprocess(image, manifest_.input, pixels_);
    const std::int64_t size = manifest_.input.size;
    picture.times.preprocess = watch.lap();
    at::Tensor features;
    if (fusedEncoder_) {
        features = torch::empty({1, fusedEncoder_->cells(), fusedEncoder_->channels()}, torch::kFloat);
        fusedEncoder_->encode(pixels_.data(), features.data_ptr<float>());
    } else {
        const at::Tensor pixels =
            torch::from_blob(pixels_.data(), {1, 3, size, size}, {size * size * 3, 1, size * 3, 3}, torch::kByte);
        features = (*encode_)({pixels}).toTensor();
    }
    picture.times.encode = watch.lap();
    picture.prefix = prefill(features);
    picture.times.prefill = watch.lap();
    return picture;
}

GeneratedCaption TorchScriptCaptioner::generate(EncodedPicture picture, const SearchOptions& options, int threads) {
    const c10::InferenceMode noGradients;
    generatingThreads_ = threads;
    setThreadsHere(fusedEncoder_ ? 1 : threads);
    SearchOptions search = options;
    search.beams = std::clamp(search.beams, 1, manifest_.vocabularySize / 2);
    search.maxTokens = std::clamp(search.maxTokens, 1, manifest_.maxTokens);
    GeneratedCaption result;
    result.times = picture.times;
    Stopwatch watch;
    StepDecoder& decoder = start(std::move(picture.prefix), search.beams);
    result.search = searchTokens(decoder, known_, search);
    result.times.generate = watch.lap();
    result.times.steps = result.search.steps;
    if (fused_) {
        result.times.parts = fused_->parts();
    }
    result.text = vocabulary_.decode(result.search.tokens);
    const auto sureness = [this](const std::vector<float>& logProbabilities) {
        return calibratedConfidence(manifest_, meanProbability(logProbabilities));
    };
    result.confidence = sureness(result.search.logProbabilities);
    for (const SearchCandidate& candidate : result.search.candidates) {
        std::string text = vocabulary_.decode(candidate.tokens);
        if (std::ranges::find(result.candidates, text, &CaptionCandidate::text) == result.candidates.end()) {
            result.candidates.push_back({std::move(text), sureness(candidate.logProbabilities)});
        }
    }
    return result;
}

Result<GeneratedCaption> TorchScriptCaptioner::caption(const Image& image, const SearchOptions& options) {
    if (image.empty()) {
        return fail(ErrorCode::Model, kEmptyPicture);
    }
    try {
        GeneratedCaption best = generate(encode(image, threads_), options, threads_);
        for (int view = 1; view < views_; ++view) {
            if (const Image seen = pictureView(image, view); !seen.empty()) {
                takeSurer(best, generate(encode(seen, threads_), options, threads_));
            }
        }
        best.times.threads = threads_;
        return best;
    } catch (const std::exception& error) {
        return tl::unexpected(modelError(path_.string(), error));
    }
}

// Encoding gains from several threads, generating hardly does: with two or more, one generates and the others encode
// the next picture meanwhile.
Result<void> TorchScriptCaptioner::captionAll(const PictureSource& next, const SearchOptions& options,
                                              const std::function<void(GeneratedCaption)>& each) {
    if (threads_ < 2 || views_ > 1) {
        return Captioner::captionAll(next, options, each);
    }
    if (!ahead_) {
        ahead_ = std::make_unique<Ahead<EncodedPicture>>("encode");
    }
    bool begun = false;
    const auto begin = [&](const Image& image) {
        ahead_->begin([this, &image] { return encode(image, threads_ - 1); });
        begun = true;
    };
    const auto take = [&] {
        begun = false;
        return ahead_->take();
    };
    try {
        const Image* image = next(true);
        while (image) {
            if (image->empty()) {
                return fail(ErrorCode::Model, kEmptyPicture);
            }
            if (!begun) {
                begin(*image);
            }
            EncodedPicture picture = take();
            image = next(false);
            if (image && !image->empty()) {
                begin(*image);
            }
            each(generate(std::move(picture), options, 1));
            if (!image) {
                image = next(true);
            }
        }
        return {};
    } catch (const std::exception& error) {
        if (begun) {
            ahead_->wait();  // its picture may go now
        }
        return tl::unexpected(modelError(path_.string(), error));
    }
}

}  // namespace

Result<std::unique_ptr<Captioner>> loadCaptioner(const std::filesystem::path& path, int threads,
                                                 const DecoderEngine& engine) {
    if (auto manifest = readManifest(path); !manifest) {
        return tl::unexpected(manifest.error());
    } else if (auto room = hasRoom(path, *manifest); !room) {
        return tl::unexpected(room.error());
    }
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
        encoderFile = {};  // of an imported captioner it has a hundred megabytes
        widenHalves(encoder);
        selectEngine(bundle->manifest.decoderEngine);
        const torch::jit::Module decoder = torch::jit::load(path.string(), torch::kCPU);
        widenHalves(decoder);
        auto captioner = std::make_unique<TorchScriptCaptioner>(path, std::move(*bundle), encoder, decoder,
                                                                std::max(1, threads), engine);
        Image grey(captioner->manifest().input.size, captioner->manifest().input.size);
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
