// JSON as the formats that hold it need it.
#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

#include "core/base/result.h"
#include "core/captions/cue.h"

namespace sightline {

// Nests no deeper than a caption file does, so that hostile text costs no more memory than its own size suggests.
// Errors: Corrupt, with the line.
Result<nlohmann::json> parseJson(std::string_view utf8);

CueOrigin originIn(std::string_view name);         // in any case; Edited where it is none that we write
CueOrigin originOf(const nlohmann::json& value);   // the same for a value of any type
double confidenceOf(const nlohmann::json& value);  // zero (unknown) unless it is a number from 0 to 1

}  // namespace sightline
