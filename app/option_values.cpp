#include "app/option_values.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace sightline {
namespace {

constexpr std::string_view kRange = " in [";  // what CLI::Range calls itself behind a type
constexpr std::string_view kTime = "[UNIT]";  // what CLI::AsNumberWithUnit does

// Seconds of "1:30" or "1:02:03.5"; nothing where it is neither.
std::optional<double> clockSeconds(std::string_view text) {
    constexpr int kMostColons = 2;
    constexpr double kMinute = 60.0;
    if (text.empty() || std::ranges::count(text, ':') > kMostColons) {
        return std::nullopt;
    }
    double seconds = 0.0;
    for (bool isFirst = true, isLast = false; !isLast; isFirst = false) {
        const auto colon = text.find(':');
        isLast = colon == std::string_view::npos;
        const std::string_view part = text.substr(0, colon);
        double value = 0.0;
        const auto [end, error] =
            std::from_chars(part.data(), part.data() + part.size(), value, std::chars_format::fixed);
        const bool isNumber = error == std::errc() && end == part.data() + part.size() && !part.starts_with('-');
        const bool isInRange = std::isfinite(value) && (isFirst || value < kMinute);
        if (!isNumber || !isInRange || (!isLast && part.find('.') != std::string_view::npos)) {
            return std::nullopt;
        }
        seconds = seconds * kMinute + value;
        text.remove_prefix(isLast ? text.size() : colon + 1);
    }
    return seconds;
}

}  // namespace

// CLI11 writes a type and what checks it as "INT:INT in [1 - 64]" and "TEXT:{srt,vtt}".
OptionValues valuesOf(const CLI::Option& option) {
    OptionValues values;
    const std::string type = option.get_type_name();
    const auto base = type.substr(0, type.find(':'));
    if (const auto open = type.find('{'); open != std::string::npos) {
        const std::string inside = type.substr(open + 1, type.find('}') - open - 1);
        for (std::size_t begin = 0; begin <= inside.size();) {
            const auto end = std::min(inside.find(',', begin), inside.size());
            values.choices.push_back(inside.substr(begin, end - begin));
            begin = end + 1;
        }
    }
    if (const auto open = type.find(kRange); open != std::string::npos) {
        const auto begin = open + kRange.size();
        values.range = type.substr(begin, type.find(']', begin) - begin);
        values.range.replace(values.range.find(" - "), 3, " to ");
    }
    values.isWhole = base == "INT" || base == "UINT";
    if (type.find(kTime) != std::string::npos) {
        values.placeholder = "TIME";
    } else if (type.find(":DIR") != std::string::npos) {
        values.placeholder = "FOLDER";
    } else {
        values.placeholder = base == "TEXT" ? "TEXT" : base.empty() ? "" : "N";
    }
    return values;
}

CLI::Validator inSeconds() {
    const CLI::AsNumberWithUnit withUnit(
        std::map<std::string, double>{{"ms", 0.001}, {"s", 1.0}, {"min", 60.0}, {"h", 3600.0}});
    return {[withUnit](std::string& text) {
                std::string seconds = text;  // what was written stays, to be told where it is no time
                if (text.find(':') == std::string::npos) {
                    if (std::string problem = withUnit(seconds); !problem.empty()) {
                        return problem;
                    }
                } else if (const auto read = clockSeconds(text)) {
                    seconds = fmt::format("{}", *read);
                } else {
                    return fmt::format("{} is no time", text);
                }
                text = seconds;
                return std::string();
            },
            "FLOAT " + std::string(kTime)};
}

}  // namespace sightline
