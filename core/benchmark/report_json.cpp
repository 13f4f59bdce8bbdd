// The report as JSON, and back.
#include <nlohmann/json.hpp>

#include "core/base/whole_number.h"
#include "core/benchmark/recommendation.h"
#include "core/benchmark/repetition_json.h"
#include "core/benchmark/report.h"

namespace sightline {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "sightline-benchmark";
constexpr int kVersion = 1;

Json settingJson(const BenchmarkSetting& setting) {
    return {{"model",
             {{"path", setting.model.path.string()},
              {"name", setting.model.name},
              {"precision", setting.model.precision},
              {"sha256", setting.model.sha256},
              {"beams", setting.model.beams}}},
            {"threads", setting.threads},
            {"inter_op", setting.interOp},
            {"beams", setting.beams},
            {"affinity", affinityName(setting.affinity)},
            {"pipeline", pipelineName(setting.pipeline)},
            {"busy_programs", setting.busyPrograms}};
}

BenchmarkSetting settingFrom(const Json& json) {
    const Json& model = json.at("model");
    BenchmarkSetting setting;
    // Not in one expression: GCC 12 destroys twice what nameless braces hold where a later member throws.
    setting.model = {model.at("path").get<std::string>(), model.at("name"), model.at("precision"), model.at("sha256"),
                     wholeNumber<int>(model.at("beams"))};
    setting.threads = wholeNumber<int>(json.at("threads"));
    setting.interOp = wholeNumber<int>(json.at("inter_op"));
    setting.beams = wholeNumber<int>(json.at("beams"));
    setting.affinity = json.at("affinity") == affinityName(Affinity::Cores) ? Affinity::Cores : Affinity::Any;
    // Runs kept before there was a choice have none.
    if (json.value("pipeline", "") == pipelineName(Pipeline::Overlapped)) {
        setting.pipeline = Pipeline::Overlapped;
    }
    if (json.contains("busy_programs")) {
        setting.busyPrograms = wholeNumber<int>(json.at("busy_programs"));
    }
    return setting;
}

Json resultJson(const SettingResult& result) {
    Json json{{"setting", settingJson(result.setting)}, {"stable", result.stable}};
    if (result.error) {
        json["error"] = result.error->message;
    }
    if (const auto summary = summarize(result)) {  // for readers of the file; it is not read back
        json["median_captions_per_s"] = summary->captionsPerSecond;
        json["low_95"] = summary->interval.low;
        json["high_95"] = summary->interval.high;
        json["iqr_over_median"] = summary->spread;
    }
    json["repetitions"] = Json::array();
    for (const Repetition& repetition : result.repetitions) {
        json["repetitions"].push_back(toJson(repetition));
    }
    return json;
}

SettingResult resultFrom(const Json& json) {
    SettingResult result{settingFrom(json.at("setting")), {}, json.at("stable"), std::nullopt};
    if (json.contains("error")) {
        result.error = Error{ErrorCode::Internal, json.at("error"), {}};
    }
    for (const Json& repetition : json.at("repetitions")) {
        result.repetitions.push_back(repetitionFromJson(repetition));
    }
    return result;
}

// Member of MachineFacts and its name in JSON.
constexpr std::pair<const char*, std::string MachineFacts::*> kTexts[] = {
    {"cpu", &MachineFacts::cpu},           {"simd", &MachineFacts::simd},

    {"governor", &MachineFacts::governor}, {"kernel", &MachineFacts::kernel},    {"program", &MachineFacts::program},
    {"compiler", &MachineFacts::compiler}, {"libtorch", &MachineFacts::libTorch}};
constexpr std::pair<const char*, int MachineFacts::*> kCounts[] = {{"logical_cpus", &MachineFacts::logicalCpus},
                                                                   {"cores", &MachineFacts::cores},
                                                                   {"fast_cores", &MachineFacts::fastCores}};

Json machineJson(const MachineFacts& machine) {
    Json json;
    for (const auto& [name, member] : kTexts) {
        json[name] = machine.*member;
    }
    for (const auto& [name, member] : kCounts) {
        json[name] = machine.*member;
    }
    json["caches"] = machine.caches;
    json["environment"] = machine.environment;
    return json;
}

MachineFacts machineFrom(const Json& json) {
    MachineFacts machine;
    for (const auto& [name, member] : kTexts) {
        json.at(name).get_to(machine.*member);
    }
    for (const auto& [name, member] : kCounts) {
        machine.*member = wholeNumber<int>(json.at(name));
    }
    json.at("caches").get_to(machine.caches);
    json.at("environment").get_to(machine.environment);
    return machine;
}

}  // namespace

std::string toJson(const BenchmarkReport& report) {
    const SweepOptions& options = report.options;
    Json json{{"format", kFormat},
              {"version", kVersion},
              {"made", report.made},
              {"machine", machineJson(report.machine)},
              {"clip",
               {{"file", report.clip.file.string()},
                {"sha256", report.clipSha256},
                {"pictures", report.clip.pictures},
                {"fixed_tokens", report.clip.fixedTokens}}},
              {"options",
               {{"seed", options.seed},
                {"repetitions_per_visit", options.repetitionsPerVisit},
                {"least_repetitions", options.leastRepetitions},
                {"most_repetitions", options.mostRepetitions},
                {"stable_within", options.stableWithin},
                {"cool_down_ms", options.coolDown.count()},
                {"busy_cpus", options.busyCpus},
                {"patience_ms", options.patience.count()},
                {"limit_ms", options.limit.count()}}},
              {"cut_short", report.cutShort},
              {"answers", Json::array()},
              {"results", Json::array()}};
    for (const Recommendation& recommendation : recommend(report.results, report.machine.logicalCpus)) {
        json["answers"].push_back({{"text", recommendationText(recommendation, report.results)},
                                   {"setting", settingJson(report.results[recommendation.setting].setting)},
                                   {"share_of_peak_speed", recommendation.speedShare},
                                   {"share_of_cpu", recommendation.cpuShare}});
    }
    for (const SettingResult& result : report.results) {
        json["results"].push_back(resultJson(result));
    }
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<BenchmarkReport> reportFromJson(std::string_view text) {
    try {
        const Json json = Json::parse(text);
        if (json.at("format") != kFormat || json.at("version") != kVersion) {
            return fail(ErrorCode::Corrupt, "The file is not a benchmark report that this version of Sightline reads.");
        }
        BenchmarkReport report;
        report.machine = machineFrom(json.at("machine"));
        json.at("made").get_to(report.made);
        const Json& clip = json.at("clip");
        report.clip = {clip.at("file").get<std::string>(), wholeNumber<int>(clip.at("pictures")),
                       wholeNumber<int>(clip.at("fixed_tokens"))};
        clip.at("sha256").get_to(report.clipSha256);
        const Json& options = json.at("options");
        const auto milliseconds = [&options](const char* name) {
            return std::chrono::milliseconds(wholeNumber<std::int64_t>(options.at(name)));
        };
        report.options = {options.at("seed"),
                          wholeNumber<int>(options.at("repetitions_per_visit")),
                          wholeNumber<int>(options.at("least_repetitions")),
                          wholeNumber<int>(options.at("most_repetitions")),
                          options.at("stable_within"),
                          milliseconds("cool_down_ms"),
                          options.at("busy_cpus"),
                          milliseconds("patience_ms"),
                          milliseconds("limit_ms")};
        json.at("cut_short").get_to(report.cutShort);
        for (const Json& result : json.at("results")) {
            report.results.push_back(resultFrom(result));
        }
        return report;
    } catch (const std::exception& error) {
        return fail(ErrorCode::Corrupt, "The file is not a benchmark report, or is damaged.", error.what());
    }
}

}  // namespace sightline
