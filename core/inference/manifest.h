// What a bundle says about itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/inference/picture_input.h"
#include "core/inference/token_search.h"

namespace sightline {

// The fields of manifest.json that the engine needs; models/sightline_models/export.py and imported/command.py write
// them.
struct Manifest {
    std::string name;           // "base"
    bool imported = false;      // made of somebody else's model: its layers are of any kind
    std::string architecture;   // of an imported one, as its makers call it
    std::string precision;      // "int8", "bf16" or "fp32"
    std::string encoderEngine;  // quantized engine the encoder's weights are packed for, empty where nothing is int8
    std::string decoderEngine;
    PictureInput input;
    int layers = 0;  // of the decoder
    int heads = 0;
    int headWidth = 0;
    int prefixLength = 0;    // visual tokens
    bool onePrefix = false;  // all beams read the visual tokens of the cache's first row
    int vocabularySize = 0;
    int beginToken = 0;
    int endToken = 0;
    std::vector<TokenId> prompt;  // what follows the begin token before every caption, and is no part of it
    bool cleansUp = false;        // captions lose the spaces inside "it ' s" (Vocabulary)
    int maxTokens = 0;            // longest caption, end token included
    int beams = 1;                // default search
    double lengthPenalty = 0.0;
    double confidenceSlope = 1.0;  // of calibratedConfidence(); bundles that were never calibrated keep these
    double confidenceIntercept = 0.0;
    SearchRules rules = SearchRules::Captions;
    bool earlyStopping = false;
    std::string licence;
    std::string trainingData;
    std::string sha256;  // of every other record, as bundle.cpp computes it
};

// Most tokens that the cache holds beside the picture's: begin token, prompt and all of a caption but its last.
inline int textLength(const Manifest& manifest) {
    return static_cast<int>(manifest.prompt.size()) + manifest.maxTokens;
}

// Error: Model; `detail` names a member that is missing or of the wrong type.
Result<Manifest> parseManifest(std::string_view json);

// The chance that a caption is right, 0..1, where the model gave its tokens this probability (their geometric mean): a
// logistic curve over the log odds (Platt scaling), which never changes the order of two captions.
// models/sightline_models/calibrate.py fits it.
double calibratedConfidence(const Manifest& manifest, double probability);

}  // namespace sightline
