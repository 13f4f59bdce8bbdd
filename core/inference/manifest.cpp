#include "core/inference/manifest.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/whole_number.h"

namespace sightline {
namespace {

constexpr int kFormatVersion = 2;
constexpr int kFirstFormatVersion = 1;  // one family, one way to resize and one to search
constexpr int kLongestPrompt = 256;
constexpr int kMaxCacheValues = 64 * 1024 * 1024;      // per beam, a bound on what a foreign manifest may ask for
constexpr double kMaxAllCaches = 256.0 * 1024 * 1024;  // of all beams: 1 GiB
constexpr int kMostTokens = 1 << 19;                   // the largest vocabularies in use have 262,144
constexpr std::size_t kLongestName = 200;              // characters that a menu shows
constexpr std::size_t kLongestText = 1 << 16;
constexpr double kSteepest = 100.0;
constexpr double kStrongestPenalty = 20.0;  // of length; far larger ones are infinite for long captions

// The value that stands for a name; throws std::invalid_argument for a name that is not known.
template <typename T, std::size_t n>
T named(const nlohmann::json& value, const std::pair<const char*, T> (&names)[n]) {
    for (const auto& [name, meaning] : names) {
        if (value == name) {
            return meaning;
        }
    }
    throw std::invalid_argument("unknown value " + value.dump());
}

// What version 1 did not have.
void readSecondVersion(const nlohmann::json& root, Manifest& manifest) {
    manifest.imported = named<bool>(root.at("family"), {{"sightline", false}, {"imported", true}});
    if (manifest.imported) {
        root.at("architecture").get_to(manifest.architecture);
    }
    const auto& input = root.at("input");
    manifest.input.resizing =
        named<Resizing>(input.at("resizing"), {{"squash", Resizing::Squash}, {"shorter side", Resizing::ShorterSide}});
    manifest.input.filter = named<ResizeFilter>(input.at("filter"), {{"area", ResizeFilter::Area},
                                                                     {"bilinear", ResizeFilter::Bilinear},
                                                                     {"bicubic", ResizeFilter::Bicubic},
                                                                     {"lanczos", ResizeFilter::Lanczos}});
    manifest.input.bgr = named<bool>(input.at("colour"), {{"RGB", false}, {"BGR", true}});
    manifest.input.resized = wholeNumber<int>(input.at("resized"));
    manifest.onePrefix = named<bool>(root.at("cache").at("prefix_rows"), {{"all", false}, {"first", true}});
    for (const auto& token : root.at("prompt").get_ref<const nlohmann::json::array_t&>()) {
        manifest.prompt.push_back(wholeNumber<TokenId>(token));
    }
    named<int>(root.at("tokenizer").at("kind"),
               {{"byte-level BPE", 0}, {"WordPiece", 1}});  // both: bytes of each token
    root.at("tokenizer").at("cleans_up").get_to(manifest.cleansUp);
    const auto& search = root.at("search");
    manifest.rules = named<SearchRules>(
        search.at("rules"), {{"captions", SearchRules::Captions}, {"transformers", SearchRules::Transformers}});
    search.at("early_stopping").get_to(manifest.earlyStopping);
}

bool isSound(const PictureInput& input) {
    const bool cuts = input.filter != ResizeFilter::Area;
    return input.size >= 32 && input.resized <= 4096 && input.size <= 2048 &&
           (cuts ? input.resized >= input.size : input.resized == input.size && input.resizing == Resizing::Squash);
}

}  // namespace

Result<Manifest> parseManifest(std::string_view json) {
    Manifest manifest;
    try {
        const auto root = nlohmann::json::parse(json);
        if (root.at("format") != "sightline-bundle") {
            return fail(ErrorCode::Model, "The file is not a Sightline bundle: its manifest names another format.");
        }
        const int version = wholeNumber<int>(root.at("version"));
        if (version < kFirstFormatVersion || version > kFormatVersion) {
            return fail(ErrorCode::Model,
                        fmt::format("The bundle has format version {}, this program reads versions {} to {}. "
                                    "Use a bundle made for this program.",
                                    version, kFirstFormatVersion, kFormatVersion));
        }
        root.at("name").get_to(manifest.name);
        root.at("precision").get_to(manifest.precision);
        root.at("engines").at("encoder").get_to(manifest.encoderEngine);
        root.at("engines").at("decoder").get_to(manifest.decoderEngine);
        manifest.input = squashed(wholeNumber<int>(root.at("input").at("size")));
        const auto& cache = root.at("cache");
        manifest.layers = wholeNumber<int>(cache.at("layers"));
        manifest.heads = wholeNumber<int>(cache.at("heads"));
        manifest.headWidth = wholeNumber<int>(cache.at("width"));
        manifest.prefixLength = wholeNumber<int>(cache.at("prefix"));
        manifest.vocabularySize = wholeNumber<int>(root.at("vocabulary_size"));
        manifest.beginToken = wholeNumber<TokenId>(root.at("special_tokens").at("bos"));
        manifest.endToken = wholeNumber<TokenId>(root.at("special_tokens").at("eos"));
        manifest.maxTokens = wholeNumber<int>(root.at("max_tokens"));
        manifest.beams = wholeNumber<int>(root.at("search").at("beams"));
        root.at("search").at("length_penalty").get_to(manifest.lengthPenalty);
        if (const auto confidence = root.find("confidence"); confidence != root.end()) {
            confidence->at("slope").get_to(manifest.confidenceSlope);
            confidence->at("intercept").get_to(manifest.confidenceIntercept);
        }
        root.at("licence").get_to(manifest.licence);
        root.at("training_data").get_to(manifest.trainingData);
        root.at("sha256").get_to(manifest.sha256);
        if (version > kFirstFormatVersion) {
            readSecondVersion(root, manifest);
        }
    } catch (const std::exception& error) {
        return fail(ErrorCode::Model, "The bundle's manifest is incomplete or damaged. Get an intact bundle.",
                    error.what());
    }
    const bool isKnown = manifest.precision == "int8" || manifest.precision == "bf16" || manifest.precision == "fp32";
    const bool isShort = manifest.name.size() <= kLongestName && manifest.architecture.size() <= kLongestName &&
                         manifest.licence.size() <= kLongestText && manifest.trainingData.size() <= kLongestText;
    if (!isKnown || !isShort) {
        return fail(
            ErrorCode::Model,
            "The bundle's manifest names an unknown precision, or its texts are too long. Get an intact bundle.");
    }
    const auto within = [](int value, int low, int high) { return value >= low && value <= high; };
    const bool prompts =
        manifest.prompt.size() <= kLongestPrompt && std::ranges::all_of(manifest.prompt, [&](TokenId token) {
            return within(token, 0, manifest.vocabularySize - 1);
        });
    const bool sound =
        isSound(manifest.input) && prompts && within(manifest.layers, 1, 256) && within(manifest.heads, 1, 256) &&
        within(manifest.headWidth, 1, 1024) && within(manifest.prefixLength, 1, 4096) &&
        within(manifest.vocabularySize, 4, kMostTokens) &&
        within(manifest.beginToken, 0, manifest.vocabularySize - 1) &&
        within(manifest.endToken, 0, manifest.vocabularySize - 1) && within(manifest.maxTokens, 1, 1024) &&
        within(manifest.beams, 1, 64) && manifest.confidenceSlope > 0.0 && manifest.confidenceSlope < kSteepest &&
        std::abs(manifest.confidenceIntercept) < kSteepest && std::abs(manifest.lengthPenalty) <= kStrongestPenalty;
    const double values = sound ? 2.0 * manifest.layers * manifest.heads * manifest.headWidth *
                                      (manifest.prefixLength + kLongestPrompt + manifest.maxTokens)
                                : 0.0;
    if (!sound || values > kMaxCacheValues || values * manifest.beams > kMaxAllCaches) {
        return fail(ErrorCode::Model, "The bundle's manifest holds a number out of range. Get an intact bundle.");
    }
    return manifest;
}

double calibratedConfidence(const Manifest& manifest, double probability) {
    if (probability <= 0.0 || probability >= 1.0) {
        return std::clamp(probability, 0.0, 1.0);
    }
    const double odds = std::log(probability / (1.0 - probability));
    return 1.0 / (1.0 + std::exp(-(manifest.confidenceSlope * odds + manifest.confidenceIntercept)));
}

}  // namespace sightline
