// Cues as JSON, shared by the project file and its journal.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/whole_number.h"
#include "core/captions/cue.h"
#include "core/captions/time_range.h"

namespace sightline {

// Beyond that there is no video, and sums of such times are well within 64 bits.
inline constexpr MediaTime kMostTime = std::chrono::hours(100'000);

// Nanoseconds; what lies beyond kMostTime, before or after zero, becomes that. Throws as wholeNumber().
MediaTime timeFromJson(const nlohmann::json& json);

std::string_view originName(CueOrigin origin);  // "model", "accepted" or "edited"
std::optional<CueOrigin> originNamed(std::string_view name);

nlohmann::ordered_json toJson(const Cue& cue);

// Throws nlohmann::json::exception when a member is missing or of the wrong type, std::out_of_range when a value is.
Cue cueFromJson(const nlohmann::json& json);

nlohmann::ordered_json toJson(const std::vector<TimeRange>& ranges);  // [[start, end], ...] in nanoseconds
std::vector<TimeRange> rangesFromJson(const nlohmann::json& json);    // throws as cueFromJson()

}  // namespace sightline
