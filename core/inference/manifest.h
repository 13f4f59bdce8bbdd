// What a bundle says about itself.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace sightline {

// The fields of manifest.json that the engine needs; models/sightline_models/export.py writes them.
struct Manifest {
    std::string name;           // "base"
    std::string precision;      // "int8" or "fp32"
    std::string encoderEngine;  // quantized engine the encoder's weights are packed for, empty for fp32
    std::string decoderEngine;
    int inputSize = 0;  // pixels, square
    int layers = 0;     // of the decoder
    int heads = 0;
    int headWidth = 0;
    int prefixLength = 0;  // visual tokens
    int vocabularySize = 0;
    int beginToken = 0;
    int endToken = 0;
    int maxTokens = 0;  // longest caption, end token included
    int beams = 1;      // default search
    double lengthPenalty = 0.0;
    double confidenceSlope = 1.0;  // of calibratedConfidence(); bundles that were never calibrated keep these
    double confidenceIntercept = 0.0;
    std::string licence;
    std::string trainingData;
    std::string sha256;  // of every other record, as bundle.cpp computes it
};

// Error: Model; `detail` names a member that is missing or of the wrong type.
Result<Manifest> parseManifest(std::string_view json);

// The chance that a caption is right, 0..1, where the model gave its tokens this probability (their geometric mean): a
// logistic curve over the log odds (Platt scaling), which never changes the order of two captions.
// models/sightline_models/calibrate.py fits it.
double calibratedConfidence(const Manifest& manifest, double probability);

}  // namespace sightline
