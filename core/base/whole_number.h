// Whole numbers in JSON that somebody else wrote.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>

namespace sightline {

// A number as T, without its fraction; throws std::out_of_range for what is none or does not fit, which the library
// would convert to anything.
template <std::integral T, typename Json>
T wholeNumber(const Json& json) {
    using Limits = std::numeric_limits<T>;
    if (json.is_number_float()) {
        const auto value = json.template get<double>();
        if (value >= static_cast<double>(Limits::min()) && value < static_cast<double>(Limits::max()) + 1.0) {
            return static_cast<T>(value);
        }
    } else if (json.is_number_unsigned() && std::in_range<T>(json.template get<std::uint64_t>())) {
        return static_cast<T>(json.template get<std::uint64_t>());
    } else if (json.is_number_integer() && !json.is_number_unsigned() &&
               std::in_range<T>(json.template get<std::int64_t>())) {
        return static_cast<T>(json.template get<std::int64_t>());
    }
    throw std::out_of_range("a number is none or out of range");
}

}  // namespace sightline
