// Ways to compute the same captions, against each other in one process: our decoder on each instruction set, and the
// bundle's TorchScript as LibTorch runs it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "core/benchmark/machine_facts.h"
#include "core/benchmark/setting.h"
#include "core/benchmark/statistics.h"
#include "core/inference/bundle_captioner.h"
#include "core/inference/captioner.h"

namespace sightline {

struct EngineComparisonOptions {
    std::uint64_t seed = 1;  // of the order of the contenders
    int threads = 2;         // intra-op
    int beams = 0;           // 0: the model's own
    int rounds = 5;          // over all pictures, after one that warms up

    bool operator==(const EngineComparisonOptions&) const = default;
};

struct Contender {
    std::string name;
    DecoderEngine engine;
};

// The fastest first: what captions are made with, its narrower instruction sets, LibTorch. Of a float bundle the last.
std::vector<Contender> contendersHere(const BenchmarkModel& model);

struct ContenderTimes {
    std::string name;
    std::vector<std::vector<StageTimes>> pictures;  // [pictures][rounds]
    int same = 0;                                   // captions that are token for token the first contender's
};

struct EngineComparison {
    MachineFacts machine;
    BenchmarkModel model;
    EngineComparisonOptions options;
    std::vector<ContenderTimes> contenders;  // in the order of contendersHere
};

// Every picture is captioned by every contender in turn, in another order each time, so that a machine that slows down
// slows all of them. Blocks. A stop request ends it after the round under way. Errors: those of loadCaptioner and
// Captioner::caption; Unsupported, when not one round was finished.
Result<EngineComparison> compareEngines(const BenchmarkModel& model, std::span<const Image> pictures,
                                        const EngineComparisonOptions& options,
                                        const std::function<void(double fraction)>& progress,
                                        const std::stop_token& stop);

// Milliseconds of one contender's whole captions.
struct ContenderSummary {
    double medianMs = 0.0;
    double p95Ms = 0.0;
    double leastMs = 0.0;
    Noise noise = Noise::Quiet;  // of one picture's times from round to round, the median picture's
};

ContenderSummary summarize(const ContenderTimes& times);

// A table, and where the first contender's time goes.
std::string toMarkdown(const EngineComparison& comparison);
std::string toJson(const EngineComparison& comparison);

// Where each contender's time goes, as folded stacks of whole microseconds a caption ("name;generate;attention 412"),
// which flame graph programs read.
std::string toFoldedStacks(const EngineComparison& comparison);

}  // namespace sightline
