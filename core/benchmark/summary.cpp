#include "core/benchmark/summary.h"

namespace sightline {
namespace {

template <typename Member>
std::vector<double> collect(const SettingResult& result, Member member) {
    std::vector<double> values;
    for (const Repetition& repetition : result.repetitions) {
        values.push_back(static_cast<double>(repetition.*member));
    }
    return values;
}

template <typename Member>
double medianOf(const SettingResult& result, Member member) {
    return median(collect(result, member));
}

}  // namespace

std::optional<SettingSummary> summarize(const SettingResult& result) {
    if (result.repetitions.empty()) {
        return std::nullopt;
    }
    SettingSummary summary;
    const std::vector<double> rates = collect(result, &Repetition::captionsPerSecond);
    std::vector<double> latencies;
    std::vector<double> medians;
    std::vector<double> joules;
    for (const Repetition& repetition : result.repetitions) {
        latencies.insert(latencies.end(), repetition.latenciesMs.begin(), repetition.latenciesMs.end());
        medians.push_back(median(repetition.latenciesMs));
        if (repetition.joules) {
            joules.push_back(*repetition.joules);
        }
    }
    summary.repetitions = static_cast<int>(rates.size());
    summary.captionsPerSecond = median(rates);
    summary.interval = medianInterval(rates);
    summary.spread = relativeSpread(rates);
    summary.fixedCaptionsPerSecond = medianOf(result, &Repetition::fixedCaptionsPerSecond);
    summary.p50Ms = median(latencies);
    summary.p95Ms = quantile(latencies, 0.95);
    summary.p99Ms = quantile(latencies, 0.99);
    summary.latencyInterval = medianInterval(medians);
    summary.preprocessMs = medianOf(result, &Repetition::preprocessMs);
    summary.encodeMs = medianOf(result, &Repetition::encodeMs);
    summary.prefillMs = medianOf(result, &Repetition::prefillMs);
    summary.generateMs = medianOf(result, &Repetition::generateMs);
    summary.steps = medianOf(result, &Repetition::steps);
    summary.cpus = medianOf(result, &Repetition::cpus);
    summary.busyThreads = medianOf(result, &Repetition::busyThreads);
    summary.residentMib = medianOf(result, &Repetition::residentMib);
    summary.otherCpus = medianOf(result, &Repetition::otherCpus);
    if (!joules.empty()) {
        summary.joules = median(joules);
    }
    return summary;
}

}  // namespace sightline
