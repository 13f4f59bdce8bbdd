#include "core/benchmark/repetition.h"

#include <stdexcept>

#include "core/base/whole_number.h"
#include "core/benchmark/repetition_json.h"

namespace sightline {
namespace {

// Member of Repetition and its name in JSON.
constexpr std::pair<const char*, double Repetition::*> kNumbers[] = {
    {"preprocess_ms", &Repetition::preprocessMs},
    {"encode_ms", &Repetition::encodeMs},
    {"prefill_ms", &Repetition::prefillMs},
    {"generate_ms", &Repetition::generateMs},
    {"steps", &Repetition::steps},
    {"captions_per_s", &Repetition::captionsPerSecond},
    {"fixed_captions_per_s", &Repetition::fixedCaptionsPerSecond},
    {"cpus", &Repetition::cpus},
    {"resident_mib", &Repetition::residentMib},
    {"other_cpus", &Repetition::otherCpus},
};

}  // namespace

nlohmann::ordered_json toJson(const Repetition& repetition) {
    nlohmann::ordered_json json{{"latencies_ms", repetition.latenciesMs}};
    for (const auto& [name, member] : kNumbers) {
        json[name] = repetition.*member;
    }
    json["busy_threads"] = repetition.busyThreads;
    if (repetition.joules) {
        json["joules_per_caption"] = *repetition.joules;
    }
    return json;
}

Repetition repetitionFromJson(const nlohmann::ordered_json& json) {
    Repetition repetition;
    json.at("latencies_ms").get_to(repetition.latenciesMs);
    if (repetition.latenciesMs.empty()) {
        throw std::out_of_range("a repetition has no captions");
    }
    for (const auto& [name, member] : kNumbers) {
        json.at(name).get_to(repetition.*member);
    }
    repetition.busyThreads = wholeNumber<int>(json.at("busy_threads"));
    if (json.contains("joules_per_caption")) {
        repetition.joules = json.at("joules_per_caption").get<double>();
    }
    return repetition;
}

std::string toLine(const Repetition& repetition) { return toJson(repetition).dump(); }

Result<Repetition> repetitionFromLine(std::string_view line) {
    try {
        return repetitionFromJson(nlohmann::ordered_json::parse(line));
    } catch (const std::exception& error) {
        return fail(ErrorCode::Corrupt, "A benchmark process sent a line that is no repetition.", error.what());
    }
}

}  // namespace sightline
