#include "core/captions/cue_json.h"

#include <stdexcept>

namespace sightline {

std::string_view originName(CueOrigin origin) {
    switch (origin) {
        case CueOrigin::Model: return "model";
        case CueOrigin::Accepted: return "accepted";
        case CueOrigin::Edited: break;
    }
    return "edited";
}

std::optional<CueOrigin> originNamed(std::string_view name) {
    for (const CueOrigin origin : {CueOrigin::Model, CueOrigin::Accepted, CueOrigin::Edited}) {
        if (name == originName(origin)) {
            return origin;
        }
    }
    return std::nullopt;
}

nlohmann::ordered_json toJson(const Cue& cue) {
    return {{"start_ns", cue.start.count()},
            {"end_ns", cue.end.count()},
            {"text", cue.text},
            {"confidence", cue.confidence},
            {"origin", originName(cue.origin)}};
}

Cue cueFromJson(const nlohmann::json& json) {
    Cue cue;
    cue.start = MediaTime(json.at("start_ns").get<std::int64_t>());
    cue.end = MediaTime(json.at("end_ns").get<std::int64_t>());
    cue.text = json.at("text").get<std::string>();
    cue.confidence = json.at("confidence").get<double>();
    const auto name = json.at("origin").get<std::string>();
    const auto origin = originNamed(name);
    if (!origin) {
        throw std::out_of_range("origin is " + name);
    }
    cue.origin = *origin;
    if (cue.start < MediaTime::zero() || cue.end < cue.start || cue.confidence < 0.0 || cue.confidence > 1.0) {
        throw std::out_of_range("a cue's times or confidence are out of range");
    }
    return cue;
}

nlohmann::ordered_json toJson(const std::vector<TimeRange>& ranges) {
    auto json = nlohmann::ordered_json::array();
    for (const TimeRange& range : ranges) {
        json.push_back({range.start.count(), range.end.count()});
    }
    return json;
}

std::vector<TimeRange> rangesFromJson(const nlohmann::json& json) {
    std::vector<TimeRange> ranges;
    for (const auto& range : json) {
        ranges.push_back({MediaTime(range.at(0).get<std::int64_t>()), MediaTime(range.at(1).get<std::int64_t>())});
    }
    return ranges;
}

}  // namespace sightline
