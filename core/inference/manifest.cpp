#include "core/inference/manifest.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace sightline {
namespace {

constexpr int kFormatVersion = 1;
constexpr int kMaxCacheValues = 64 * 1024 * 1024;  // per beam, a bound on what a foreign manifest may ask for
constexpr double kSteepest = 100.0;

}  // namespace

Result<Manifest> parseManifest(std::string_view json) {
    Manifest manifest;
    try {
        const auto root = nlohmann::json::parse(json);
        if (root.at("format") != "sightline-bundle") {
            return fail(ErrorCode::Model, "The file is not a Sightline bundle: its manifest names another format.");
        }
        const int version = root.at("version");
        if (version != kFormatVersion) {
            return fail(ErrorCode::Model,
                        fmt::format("The bundle has format version {}, this program reads version {}. "
                                    "Use a bundle made for this program.",
                                    version, kFormatVersion));
        }
        root.at("name").get_to(manifest.name);
        root.at("precision").get_to(manifest.precision);
        root.at("engines").at("encoder").get_to(manifest.encoderEngine);
        root.at("engines").at("decoder").get_to(manifest.decoderEngine);
        root.at("input").at("size").get_to(manifest.inputSize);
        const auto& cache = root.at("cache");
        cache.at("layers").get_to(manifest.layers);
        cache.at("heads").get_to(manifest.heads);
        cache.at("width").get_to(manifest.headWidth);
        cache.at("prefix").get_to(manifest.prefixLength);
        root.at("vocabulary_size").get_to(manifest.vocabularySize);
        root.at("special_tokens").at("bos").get_to(manifest.beginToken);
        root.at("special_tokens").at("eos").get_to(manifest.endToken);
        root.at("max_tokens").get_to(manifest.maxTokens);
        root.at("search").at("beams").get_to(manifest.beams);
        root.at("search").at("length_penalty").get_to(manifest.lengthPenalty);
        if (const auto confidence = root.find("confidence"); confidence != root.end()) {
            confidence->at("slope").get_to(manifest.confidenceSlope);
            confidence->at("intercept").get_to(manifest.confidenceIntercept);
        }
        root.at("licence").get_to(manifest.licence);
        root.at("training_data").get_to(manifest.trainingData);
        root.at("sha256").get_to(manifest.sha256);
    } catch (const nlohmann::json::exception& error) {
        return fail(ErrorCode::Model, "The bundle's manifest is incomplete or damaged. Get an intact bundle.",
                    error.what());
    }
    const auto within = [](int value, int low, int high) { return value >= low && value <= high; };
    const bool sound =
        within(manifest.inputSize, 32, 2048) && within(manifest.layers, 1, 256) && within(manifest.heads, 1, 256) &&
        within(manifest.headWidth, 1, 1024) && within(manifest.prefixLength, 1, 4096) &&
        within(manifest.vocabularySize, 4, 1 << 20) && within(manifest.beginToken, 0, manifest.vocabularySize - 1) &&
        within(manifest.endToken, 0, manifest.vocabularySize - 1) && within(manifest.maxTokens, 1, 1024) &&
        within(manifest.beams, 1, 64) && manifest.confidenceSlope > 0.0 && manifest.confidenceSlope < kSteepest &&
        std::abs(manifest.confidenceIntercept) < kSteepest;
    const double values = sound ? 2.0 * manifest.layers * manifest.heads * manifest.headWidth *
                                      (manifest.prefixLength + manifest.maxTokens)
                                : 0.0;
    if (!sound || values > kMaxCacheValues) {
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
