#include "core/inference/bundle_captioner.h"

#include <algorithm>
#include <array>
#include <optional>

#include "core/base/ahead.h"
#include "core/base/logging.h"
#include "core/base/system_load.h"
#include "core/inference/bundle.h"
#include "core/inference/decoder_weights.h"
#include "core/inference/encoder_weights.h"
#include "core/inference/fused_decoder.h"
#include "core/inference/fused_encoder.h"
#include "core/inference/fused_prefill.h"
#include "core/inference/picture_views.h"
#include "core/inference/preprocess.h"
#include "core/inference/torch_library.h"
#include "core/inference/work_team.h"

namespace sightline {
namespace {

constexpr const char* kEmptyPicture = "An empty picture cannot be captioned.";

// Two captions warm up memory, caches and, in LibTorch, oneDNN's generated kernels; after the second, times no longer
// fall.
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

Error modelError(const std::string& path, std::string why) {
    return {ErrorCode::Model,
            "The model " + path +
                " does not run here: it is damaged, or made for another LibTorch or CPU. Get an intact "
                "bundle.",
            std::move(why)};
}

void tellThatLibTorchRuns(const std::string& why) { logger("inference")->info("{} It runs in LibTorch.", why); }

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

// The steps after LibTorch's encoder, whose threads spin on for a while and would take the CPU of a team's: 9 % less
// time at the median, a third more at the 95th percentile.
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

// A picture as the decoder sees it: one of the two.
struct EncodedPicture {
    std::unique_ptr<float[]> prefix;  // [layers, 2, heads, prefix, head width]
    std::unique_ptr<ScriptedPrefix> scripted;
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

class BundleCaptioner final : public Captioner {
public:
    // Throws ArchiveError for a decoder that is not what its manifest says.
    BundleCaptioner(std::filesystem::path path, const Bundle& bundle, int threads, const DecoderEngine& engine);

    // Loads what LibTorch has to run, before the first caption. `encoder`: the archive inside the bundle.
    Result<void> loadScripted(std::string encoder);

    const Manifest& manifest() const override { return manifest_; }
    void setThreads(int threads) override { threads_ = std::max(1, threads); }
    void setViews(int views) override { views_ = std::clamp(views, 1, kMostViews); }
    Result<GeneratedCaption> caption(const Image& image, const SearchOptions& options) override;
    Result<void> captionAll(const PictureSource& next, const SearchOptions& options,
                            const std::function<void(GeneratedCaption)>& each) override;

private:
    void fuseEncoder(const std::string& encoder, const DecoderEngine& engine);
    void fusePrefill(const ModuleArchive& decoder, const DecoderEngine& engine);
    // These throw; one thread at a time calls encode(), and one, perhaps another, the rest.
    EncodedPicture encode(const Image& image, int threads);
    GeneratedCaption generate(EncodedPicture picture, const SearchOptions& options, int threads);
    StepDecoder& start(EncodedPicture picture, int beams, int threads);
    std::size_t prefixCount() const;
    // Beside a team, for the same reason as oneThread().
    int scriptedThreads(int threads) const { return fusedEncoder_ ? 1 : threads; }

    // immutable
    const std::filesystem::path path_;
    const Manifest manifest_;
    const Vocabulary vocabulary_;
    const MeaningfulTokens known_;

    std::unique_ptr<ScriptedNetworks> scripted_;  // of what is not fused; each part as the interface says

    // encoding thread only
    std::optional<FusedEncoder> fusedEncoder_;
    std::optional<FusedPrefill> fusedPrefill_;
    std::vector<std::uint8_t> pixels_;
    std::vector<float> features_;  // of fusedEncoder_
    int encodingThreads_ = 1;

    // calling thread only
    std::unique_ptr<FusedDecoder> fused_;
    EncodedPicture picture_;  // what fused_ or scripted_ borrows
    int threads_;
    int views_ = 1;
    int generatingThreads_ = 1;

    // With fusedEncoder_. The encoding thread has it while captionAll() runs, whose generating has one thread.
    WorkTeam team_;

    std::unique_ptr<Ahead<EncodedPicture>> ahead_;  // from the first captionAll() on; last: it uses the others
};

BundleCaptioner::BundleCaptioner(std::filesystem::path path, const Bundle& bundle, int threads,
                                 const DecoderEngine& engine)
    : path_(std::move(path)), manifest_(bundle.manifest), vocabulary_(bundle.vocabulary),
      known_(meaningfulTokens(manifest_, vocabulary_)), threads_(threads) {
    if (!engine.fused || manifest_.imported) {
        return;
    }
    if (engine.fusedEncoder && !manifest_.encoderEngine.empty()) {
        fuseEncoder(bundle.encoder, engine);
    }
    if (manifest_.decoderEngine.empty()) {
        return;
    }
    const ModuleArchive decoder(bundle.archive, bundle.folder);
    if (fusedEncoder_) {
        fusePrefill(decoder, engine);
    }
    const ParallelFor parallel =
        fusedEncoder_ ? [this](int count, const WorkTeam::Job& job) { team_.run(count, generatingThreads_, job); }
                      : ParallelFor(oneThread);
    fused_ = std::make_unique<FusedDecoder>(decoderWeights(decoder, manifest_, engine.simd), textLength(manifest_),
                                            manifest_.prefixLength, parallel, engine.traced);
}

void BundleCaptioner::fuseEncoder(const std::string& encoder, const DecoderEngine& engine) {
    try {
        const auto archive = ZipArchive::open(encoder.size(), bytesOf(encoder));
        requireArchived(archive.has_value(), "its archive is damaged");
        auto made = FusedEncoder::make(
            encoderWeights(ModuleArchive(*archive, folderOf(*archive))), manifest_.input.size, engine.simd,
            [this](int count, const WorkTeam::Job& job) { team_.run(count, encodingThreads_, job); });
        if (made) {
            fusedEncoder_.emplace(std::move(*made));
            features_.resize(static_cast<std::size_t>(fusedEncoder_->cells()) *
                             static_cast<std::size_t>(fusedEncoder_->channels()));
        } else {
            tellThatLibTorchRuns(made.error().message);
        }
    } catch (const ArchiveError& error) {
        tellThatLibTorchRuns(std::string("The encoder is of another kind: ") + error.what() + ".");
    }
}

void BundleCaptioner::fusePrefill(const ModuleArchive& decoder, const DecoderEngine& engine) {
    try {
        PrefillWeights weights = prefillWeights(decoder, manifest_, engine.simd);
        requireArchived(weights.cells == fusedEncoder_->cells() && weights.channels == fusedEncoder_->channels(),
                        "it looks at other features");
        fusedPrefill_.emplace(std::move(weights),
                              [this](int count, const WorkTeam::Job& job) { team_.run(count, encodingThreads_, job); });
    } catch (const ArchiveError& error) {
        tellThatLibTorchRuns(std::string("The decoder looks at pictures another way: ") + error.what() + ".");
    }
}

Result<void> BundleCaptioner::loadScripted(std::string encoder) {
    if (fusedEncoder_ && fusedPrefill_ && fused_) {
        return {};
    }
    const auto torch = torchFunctions();
    if (!torch) {
        return tl::unexpected(torch.error());
    }
    auto networks = (*torch)->loadNetworks(path_, manifest_, std::move(encoder), threads_);
    if (!networks) {
        return tl::unexpected(modelError(path_.string(), networks.error().message));
    }
    scripted_ = std::move(*networks);
    return {};
}

std::size_t BundleCaptioner::prefixCount() const {
    return std::size_t{2} * static_cast<std::size_t>(manifest_.layers) * static_cast<std::size_t>(manifest_.heads) *
           static_cast<std::size_t>(manifest_.prefixLength) * static_cast<std::size_t>(manifest_.headWidth);
}

StepDecoder& BundleCaptioner::start(EncodedPicture picture, int beams, int threads) {
    picture_ = std::move(picture);
    if (!fused_) {
        return scripted_->start(*picture_.scripted, beams, scriptedThreads(threads));
    }
    fused_->start(picture_.scripted ? picture_.scripted->numbers() : std::span(picture_.prefix.get(), prefixCount()),
                  beams);
    return *fused_;
}

EncodedPicture BundleCaptioner::encode(const Image& image, int threads) {
    encodingThreads_ = threads;
    EncodedPicture picture;
    Stopwatch watch;
    preprocess(image, manifest_.input, pixels_);
    picture.times.preprocess = watch.lap();
    if (fusedEncoder_) {
        fusedEncoder_->encode(pixels_.data(), features_.data());
    } else {
        scripted_->encode(pixels_.data(), threads);
    }
    picture.times.encode = watch.lap();
    if (fusedPrefill_) {
        picture.prefix = std::make_unique_for_overwrite<float[]>(prefixCount());
        fusedPrefill_->run(features_, {picture.prefix.get(), prefixCount()});
    } else {
        if (fusedEncoder_) {
            scripted_->takeFeatures(features_, fusedEncoder_->cells());
        }
        picture.scripted = scripted_->prefill(scriptedThreads(threads));
    }
    picture.times.prefill = watch.lap();
    return picture;
}

GeneratedCaption BundleCaptioner::generate(EncodedPicture picture, const SearchOptions& options, int threads) {
    generatingThreads_ = threads;
    SearchOptions search = options;
    search.beams = std::clamp(search.beams, 1, manifest_.vocabularySize / 2);
    search.maxTokens = std::clamp(search.maxTokens, 1, manifest_.maxTokens);
    GeneratedCaption result;
    result.times = picture.times;
    Stopwatch watch;
    StepDecoder& decoder = start(std::move(picture), search.beams, threads);
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

Result<GeneratedCaption> BundleCaptioner::caption(const Image& image, const SearchOptions& options) {
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
        return tl::unexpected(modelError(path_.string(), error.what()));
    }
}

// Encoding gains from several threads, generating hardly does: with two or more, one generates and the others encode
// the next picture meanwhile.
Result<void> BundleCaptioner::captionAll(const PictureSource& next, const SearchOptions& options,
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
        return tl::unexpected(modelError(path_.string(), error.what()));
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
        auto captioner = std::make_unique<BundleCaptioner>(path, *bundle, std::max(1, threads), engine);
        if (auto scripted = captioner->loadScripted(std::move(bundle->encoder)); !scripted) {
            return tl::unexpected(scripted.error());
        }
        Image grey(captioner->manifest().input.size, captioner->manifest().input.size);
        std::fill_n(grey.data(), grey.sizeBytes(), std::uint8_t{127});
        for (int i = 0; i < kWarmUpCaptions; ++i) {
            if (auto warm = captioner->caption(grey, captioner->defaultSearch()); !warm) {
                return tl::unexpected(warm.error());
            }
        }
        return captioner;
    } catch (const std::exception& error) {
        return tl::unexpected(modelError(path.string(), error.what()));
    }
}

}  // namespace sightline
