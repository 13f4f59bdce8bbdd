// Marks in a text.
#pragma once

#include <string>
#include <string_view>

namespace sightline {

// The text with each `from`, which is not empty, as `to`; what stands in `to` is left alone.
inline std::string replaceAll(std::string_view text, std::string_view from, std::string_view to) {
    std::string result;
    result.reserve(text.size());
    std::size_t at = 0;
    for (std::size_t found = 0; (found = text.find(from, at)) != std::string_view::npos; at = found + from.size()) {
        result.append(text, at, found - at).append(to);
    }
    return result.append(text, at);
}

}  // namespace sightline
