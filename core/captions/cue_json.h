// Cues as JSON, shared by the project file and its journal.
#pragma once

#include <nlohmann/json.hpp>

#include "core/captions/cue.h"

namespace sightline {

nlohmann::ordered_json toJson(const Cue& cue);

// Throws nlohmann::json::exception when a member is missing or of the wrong type, std::out_of_range when a value is.
Cue cueFromJson(const nlohmann::json& json);

}  // namespace sightline
