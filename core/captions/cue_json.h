// Cues as JSON, shared by the project file and its journal.
#pragma once

#include <concepts>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/captions/cue.h"
#include "core/captions/time_range.h"

namespace sightline {

// Beyond that there is no video, and sums of such times are well within 64 bits.
inline constexpr MediaTime kMostTime = std::chrono::hours(100'000);

// A number as T, without its fraction; throws std::out_of_range for what is none or does not fit, which the library
// would convert to anything.
template <std::integral T>
T wholeNumber(const nlohmann::json& json) {
    using Limits = std::numeric_limits<T>;
    if (json.is_number_float()) {
        const auto value = json.get<double>();
        if (value >= static_cast<double>(Limits::min()) && value < static_cast<double>(Limits::max()) + 1.0) {
            return static_cast<T>(value);
        }
    } else if (json.is_number_unsigned() && std::in_range<T>(json.get<std::uint64_t>())) {
        return static_cast<T>(json.get<std::uint64_t>());
    } else if (json.is_number_integer() && !json.is_number_unsigned() && std::in_range<T>(json.get<std::int64_t>())) {
        return static_cast<T>(json.get<std::int64_t>());
    }
    throw std::out_of_range("a number is none or out of range");
}

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
