// JSON of a repetition, for the child's lines and for saved runs.
#pragma once

#include <nlohmann/json.hpp>

#include "core/benchmark/repetition.h"

namespace sightline {

nlohmann::ordered_json toJson(const Repetition& repetition);
// Throws nlohmann::json::exception or std::out_of_range.
Repetition repetitionFromJson(const nlohmann::ordered_json& json);

}  // namespace sightline
