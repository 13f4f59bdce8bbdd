#include "core/benchmark/engine_comparison.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <random>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/clock.h"

namespace sightline {
namespace {

using Nanoseconds = std::chrono::nanoseconds;

// One line of the trace: a stage, or a part of generating.
struct TracePart {
    const char* stack;
    Nanoseconds (*time)(const StageTimes&);
};

Nanoseconds other(const StageTimes& times) { return times.generate - times.parts.total(); }

constexpr TracePart kTrace[] = {
    {"preprocess", [](const StageTimes& t) { return t.preprocess; }},
    {"encode", [](const StageTimes& t) { return t.encode; }},
    {"prefill", [](const StageTimes& t) { return t.prefill; }},
    {"generate;projections", [](const StageTimes& t) { return t.parts.projections; }},
    {"generate;attention", [](const StageTimes& t) { return t.parts.attention; }},
    {"generate;feed-forward", [](const StageTimes& t) { return t.parts.feedForward; }},
    {"generate;head", [](const StageTimes& t) { return t.parts.head; }},
    {"generate;other", other},
};

template <typename Value>
std::vector<double> all(const ContenderTimes& times, const Value& value) {
    std::vector<double> values;
    for (const auto& rounds : times.pictures) {
        std::ranges::transform(rounds, std::back_inserter(values), value);
    }
    return values;
}

double total(const StageTimes& times) { return toMilliseconds(times.total()); }

// Mean, so that the parts add up to the whole.
double meanMs(const ContenderTimes& times, Nanoseconds (*part)(const StageTimes&)) {
    const auto values = all(times, [part](const StageTimes& t) { return toMilliseconds(part(t)); });
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

std::vector<Contender> contendersHere(const BenchmarkModel& model) {
    std::vector<Contender> found;
    if (model.precision == "int8" && !model.imported) {
        for (const SimdPath path : simdPathsHere()) {
            found.push_back({fmt::format("Sightline, {}", name(path)), {true, path, true}});
        }
    }
    found.push_back({"LibTorch alone", {false, SimdPath::Portable, false}});
    return found;
}

Result<EngineComparison> compareEngines(const BenchmarkModel& model, std::span<const Image> pictures,
                                        const EngineComparisonOptions& options,
                                        const std::function<void(double fraction)>& progress,
                                        const std::stop_token& stop) {
    EngineComparison comparison{readMachineFacts(), model, options, {}};
    std::vector<std::unique_ptr<Captioner>> captioners;
    for (const Contender& contender : contendersHere(model)) {
        auto captioner = loadCaptioner(model.path, options.threads, contender.engine);
        if (!captioner) {
            return tl::unexpected(captioner.error());
        }
        captioners.push_back(std::move(*captioner));
        comparison.contenders.push_back({contender.name, std::vector<std::vector<StageTimes>>(pictures.size()), 0});
    }
    const SearchOptions search = captioners.front()->defaultSearch(options.beams);
    std::vector<std::size_t> order(captioners.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::mt19937_64 random(options.seed);
    for (int round = -1; round < options.rounds && !stop.stop_requested(); ++round) {  // the first one warms up
        for (std::size_t p = 0; p < pictures.size(); ++p) {
            std::ranges::shuffle(order, random);
            std::vector<GeneratedCaption> captions(captioners.size());
            for (const std::size_t c : order) {
                auto caption = captioners[c]->caption(pictures[p], search);
                if (!caption) {
                    return tl::unexpected(caption.error());
                }
                captions[c] = std::move(*caption);
            }
            for (std::size_t c = 0; c < captioners.size(); ++c) {
                ContenderTimes& contender = comparison.contenders[c];
                if (round < 0) {
                    contender.same += captions[c].search.tokens == captions.front().search.tokens ? 1 : 0;
                } else {
                    contender.pictures[p].push_back(captions[c].times);
                }
            }
            progress((round + 1.0 + static_cast<double>(p + 1) / static_cast<double>(pictures.size())) /
                     (options.rounds + 1));
        }
    }
    if (comparison.contenders.front().pictures.empty() || comparison.contenders.front().pictures.front().empty()) {
        return fail(ErrorCode::Unsupported, "Nothing was measured: the comparison was stopped in its first round.");
    }
    comparison.options.rounds = static_cast<int>(comparison.contenders.front().pictures.front().size());
    return comparison;
}

ContenderSummary summarize(const ContenderTimes& times) {
    const std::vector<double> whole = all(times, total);
    std::vector<double> spreads;
    for (const auto& rounds : times.pictures) {
        std::vector<double> ofPicture;
        std::ranges::transform(rounds, std::back_inserter(ofPicture), total);
        spreads.push_back(relativeSpread(ofPicture));
    }
    return {median(whole), quantile(whole, 0.95), *std::ranges::min_element(whole), noiseOf(median(spreads))};
}

std::string toMarkdown(const EngineComparison& comparison) {
    const auto pictures = static_cast<double>(comparison.contenders.front().pictures.size());
    const ContenderTimes& first = comparison.contenders.front();
    const ContenderSummary ours = summarize(first);
    std::string out =
        fmt::format("{}, {}; {} threads, {} pictures, {} rounds; {}, LibTorch {}\n\n", comparison.model.name,
                    machineName(comparison.machine), comparison.options.threads, pictures, comparison.options.rounds,
                    comparison.machine.program, comparison.machine.libTorch);
    out += "| engine | median ms | p95 | least | captions/s | times the first | same tokens | noise |\n";
    out += "|---|---:|---:|---:|---:|---:|---:|---|\n";
    for (const ContenderTimes& contender : comparison.contenders) {
        const ContenderSummary summary = summarize(contender);
        out +=
            fmt::format("| {} | {:.2f} | {:.2f} | {:.2f} | {:.1f} | {:.2f} | {:.0f} % | {} |\n", contender.name,
                        summary.medianMs, summary.p95Ms, summary.leastMs, 1000.0 / summary.medianMs,
                        summary.medianMs / ours.medianMs, 100.0 * contender.same / pictures, noiseName(summary.noise));
    }
    out += "\n| where the time goes, mean ms |";
    for (const TracePart& part : kTrace) {
        out += fmt::format(" {} |", part.stack);
    }
    out += "\n|---|";
    for (std::size_t i = 0; i < std::size(kTrace); ++i) {
        out += "---:|";
    }
    for (const ContenderTimes& contender : comparison.contenders) {
        out += fmt::format("\n| {} |", contender.name);
        for (const TracePart& part : kTrace) {
            out += fmt::format(" {:.2f} |", meanMs(contender, part.time));
        }
    }
    const double steps = std::ranges::max(all(first, [](const StageTimes& t) { return static_cast<double>(t.steps); }));
    return out + fmt::format("\n\nAt most {:.0f} decoder steps a caption.\n", steps);
}

std::string toJson(const EngineComparison& comparison) {
    nlohmann::ordered_json json{
        {"machine", machineName(comparison.machine)},
        {"program", comparison.machine.program},
        {"libtorch", comparison.machine.libTorch},
        {"environment", comparison.machine.environment},
        {"model", comparison.model.name},
        {"sha256", comparison.model.sha256},
        {"threads", comparison.options.threads},
        {"beams", comparison.options.beams > 0 ? comparison.options.beams : comparison.model.beams},
        {"rounds", comparison.options.rounds},
        {"seed", comparison.options.seed}};
    for (const ContenderTimes& contender : comparison.contenders) {
        const ContenderSummary summary = summarize(contender);
        nlohmann::ordered_json row{{"name", contender.name},
                                   {"median_ms", summary.medianMs},
                                   {"p95_ms", summary.p95Ms},
                                   {"least_ms", summary.leastMs},
                                   {"noise", noiseName(summary.noise)},
                                   {"same_tokens", contender.same},
                                   {"pictures", contender.pictures.size()}};
        for (const TracePart& part : kTrace) {
            row["mean_ms"][part.stack] = meanMs(contender, part.time);
        }
        row["caption_ms"] = all(contender, total);
        json["contenders"].push_back(row);
    }
    return json.dump(1) + "\n";
}

std::string toFoldedStacks(const EngineComparison& comparison) {
    std::string out;
    for (const ContenderTimes& contender : comparison.contenders) {
        for (const TracePart& part : kTrace) {
            out += fmt::format("{};{} {:.0f}\n", contender.name, part.stack, 1000.0 * meanMs(contender, part.time));
        }
    }
    return out;
}

}  // namespace sightline
