#include "core/captions/cue_json.h"

#include <stdexcept>

namespace sightline {

nlohmann::ordered_json toJson(const Cue& cue) {
    return {{"start_ns", cue.start.count()},
            {"end_ns", cue.end.count()},
            {"text", cue.text},
            {"confidence", cue.confidence},
            {"origin", cue.origin == CueOrigin::Model ? "model" : "edited"}};
}

Cue cueFromJson(const nlohmann::json& json) {
    Cue cue;
    cue.start = MediaTime(json.at("start_ns").get<std::int64_t>());
    cue.end = MediaTime(json.at("end_ns").get<std::int64_t>());
    cue.text = json.at("text").get<std::string>();
    cue.confidence = json.at("confidence").get<double>();
    const auto origin = json.at("origin").get<std::string>();
    if (origin != "model" && origin != "edited") {
        throw std::out_of_range("origin is " + origin);
    }
    cue.origin = origin == "model" ? CueOrigin::Model : CueOrigin::Edited;
    if (cue.start < MediaTime::zero() || cue.end < cue.start || cue.confidence < 0.0 || cue.confidence > 1.0) {
        throw std::out_of_range("a cue's times or confidence are out of range");
    }
    return cue;
}

}  // namespace sightline
