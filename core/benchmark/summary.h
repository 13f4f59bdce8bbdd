// A setting's repetitions in a few figures.
#pragma once

#include <optional>

#include "core/benchmark/statistics.h"
#include "core/benchmark/sweep.h"

namespace sightline {

struct SettingSummary {
    int repetitions = 0;
    double captionsPerSecond = 0.0;  // median over repetitions, captions of their real lengths
    Interval interval;               // 95 % of it
    double spread = 0.0;             // interquartile range over median of it
    double fixedCaptionsPerSecond = 0.0;
    double p50Ms = 0.0;  // of single captions, all repetitions together
    double p95Ms = 0.0;
    double p99Ms = 0.0;
    Interval latencyInterval;   // 95 % of the repetitions' median latencies
    double preprocessMs = 0.0;  // medians from here on
    double encodeMs = 0.0;
    double prefillMs = 0.0;
    double generateMs = 0.0;
    double steps = 0.0;
    double cpus = 0.0;
    double busyThreads = 0.0;
    double residentMib = 0.0;
    double otherCpus = 0.0;
    std::optional<double> joules;  // a caption

    Noise noise() const { return noiseOf(spread); }
};

// Nothing for a setting without repetitions.
std::optional<SettingSummary> summarize(const SettingResult& result);

}  // namespace sightline
