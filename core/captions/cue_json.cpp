#include "core/captions/cue_json.h"

#include <algorithm>
#include <stdexcept>

namespace sightline {

MediaTime timeFromJson(const nlohmann::json& json) {
    return std::clamp(MediaTime(wholeNumber<std::int64_t>(json)), -kMostTime, kMostTime);
}

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
    cue.start = MediaTime(wholeNumber<std::int64_t>(json.at("start_ns")));
    cue.end = MediaTime(wholeNumber<std::int64_t>(json.at("end_ns")));
    cue.text = json.at("text").get<std::string>();
    cue.confidence = json.at("confidence").get<double>();
    const auto name = json.at("origin").get<std::string>();
    const auto origin = originNamed(name);
    if (!origin) {
        throw std::out_of_range("origin is " + name);
    }
    cue.origin = *origin;
    if (cue.start < MediaTime::zero() || cue.end < cue.start || cue.end > kMostTime || cue.confidence < 0.0 ||
        cue.confidence > 1.0) {
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
        ranges.push_back({timeFromJson(range.at(0)), timeFromJson(range.at(1))});
    }
    return ranges;
}

}  // namespace sightline
