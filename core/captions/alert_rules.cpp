#include "core/captions/alert_rules.h"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/replace_all.h"
#include "core/captions/cue_json.h"

namespace sightline {
namespace {

#ifdef __GLIBCXX__
// The library's other way to search takes twice as long for each letter more with some expressions, as (a+)+b.
constexpr auto kSteady = std::regex_constants::__polynomial;
#else
constexpr auto kSteady = std::regex::ECMAScript;
#endif
constexpr auto kSyntax = std::regex::ECMAScript | std::regex::icase | std::regex::optimize | kSteady;
constexpr std::size_t kLongestPattern = 2000;  // bytes; the library's stack grows with brackets in brackets
constexpr int kMostSeconds = 24 * 3600;

std::string trimmed(const std::string& text) {
    const auto begin = text.find_first_not_of(" \t");
    return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// "dog, red car" as \b(?:dog|red\s+car)\b, but with word borders that know UTF-8: its bytes are parts of words.
std::string expressionOf(const std::string& words) {
    std::string any;
    std::istringstream parts(words);
    for (std::string part; std::getline(parts, part, ',');) {
        part = trimmed(part);
        if (part.empty()) {
            continue;
        }
        any += any.empty() ? "" : "|";
        for (const char c : part) {
            if (std::string_view(R"(^$\.*+?()[]{}|/)").find(c) != std::string_view::npos) {
                any += '\\';
            }
            any += c;
        }
    }
    return any.empty() ? "" : "(?:^|[^\\w\\x80-\\xff])(?:" + any + ")(?![\\w\\x80-\\xff])";
}

// A count, or the number of a group, with more digits than the library counts: it overflows, or repeats without end.
bool hasLongNumber(std::string_view expression) {
    constexpr std::size_t kMostDigits = 4;
    const auto digitsFrom = [expression](std::size_t at) {
        return std::min(expression.find_first_not_of("0123456789", at), expression.size()) - at;
    };
    for (std::size_t i = 0; i < expression.size(); ++i) {
        if (expression[i] != '\\' && expression[i] != '{') {
            continue;
        }
        const std::size_t first = digitsFrom(i + 1);
        const std::size_t comma = i + 1 + first;
        const bool isRange = expression[i] == '{' && comma < expression.size() && expression[comma] == ',';
        if (first > kMostDigits || (isRange && digitsFrom(comma + 1) > kMostDigits)) {
            return true;
        }
        i += expression[i] == '\\' && first == 0 ? 1 : 0;  // what is escaped stands for itself
    }
    return false;
}

std::string_view causeOf(const std::regex_error& error) {
    switch (error.code()) {
        case std::regex_constants::error_brack: return "a [ has no ]";
        case std::regex_constants::error_paren: return "a ( has no ), or the other way round";
        case std::regex_constants::error_badrepeat: return "nothing stands before a *, + or ?";
        case std::regex_constants::error_escape: return "a \\ stands before nothing that it could mean";
        default: return "a part of it means nothing";
    }
}

tl::unexpected<Error> noExpression(const AlertRule& rule, std::string_view cause) {
    return fail(ErrorCode::Unsupported,
                fmt::format("\"{}\" is no regular expression: {}. Correct it, or choose words.", rule.pattern, cause));
}

}  // namespace

Result<AlertMatcher> AlertMatcher::create(std::vector<AlertRule> rules) {
    AlertMatcher matcher;
    for (const AlertRule& rule : rules) {
        const std::string expression = rule.isExpression ? rule.pattern : expressionOf(rule.pattern);
        if (trimmed(expression).empty()) {
            return fail(ErrorCode::Unsupported,
                        fmt::format("The alert \"{}\" names no words. Write some, such as: dog, red car.", rule.name));
        }
        if (rule.pattern.size() > kLongestPattern) {
            return fail(ErrorCode::Unsupported,
                        fmt::format("The alert \"{}\" is too long. Make several alerts of it.", rule.name));
        }
        if (rule.isExpression && hasLongNumber(expression)) {
            return noExpression(rule, "a number in it is too large");
        }
        try {
            matcher.expressions_.emplace_back(expression, kSyntax);
        } catch (const std::regex_error& error) {
            if (error.code() == std::regex_constants::error_complexity) {
                return fail(ErrorCode::Unsupported,
                            fmt::format("\"{}\" refers to one of its groups (\\1), which alerts do not know. Write "
                                        "the expression without.",
                                        rule.pattern));
            }
            return noExpression(rule, causeOf(error));
        }
    }
    matcher.lastMatched_.resize(rules.size());
    matcher.rules_ = std::move(rules);
    return matcher;
}

std::vector<AlertRule> AlertMatcher::match(const std::string& caption, SteadyTime now) {
    std::vector<AlertRule> found;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
        if (!rules_[i].enabled || (lastMatched_[i] && now - *lastMatched_[i] < rules_[i].interval)) {
            continue;
        }
        bool matches = false;
        try {
            matches = std::regex_search(caption, expressions_[i]);
        } catch (const std::regex_error&) {  // too much work for one caption, which is then none that matches
        }
        if (matches) {
            lastMatched_[i] = now;
            found.push_back(rules_[i]);
        }
    }
    return found;
}

std::string alertRulesToJson(const std::vector<AlertRule>& rules) {
    auto all = nlohmann::ordered_json::array();
    for (const AlertRule& rule : rules) {
        nlohmann::ordered_json json;
        json["name"] = rule.name;
        json["pattern"] = rule.pattern;
        json["expression"] = rule.isExpression;
        json["enabled"] = rule.enabled;
        json["notify"] = rule.notifies;
        json["snapshot"] = rule.snapshot;
        json["sound"] = rule.sounds;
        json["command"] = rule.command;
        json["interval"] = rule.interval.count();
        all.push_back(std::move(json));
    }
    return all.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Result<std::vector<AlertRule>> alertRulesFromJson(const std::string& text) {
    std::vector<AlertRule> rules;
    try {
        const auto all = nlohmann::json::parse(text);
        if (!all.is_array()) {
            return fail(ErrorCode::Corrupt, "The stored alerts cannot be read. Enter them anew.", "no array");
        }
        for (const auto& json : all) {
            AlertRule rule;
            rule.name = json.at("name").get<std::string>();
            rule.pattern = json.at("pattern").get<std::string>();
            rule.isExpression = json.at("expression").get<bool>();
            rule.enabled = json.at("enabled").get<bool>();
            rule.notifies = json.at("notify").get<bool>();
            rule.snapshot = json.at("snapshot").get<bool>();
            rule.sounds = json.at("sound").get<bool>();
            rule.command = json.at("command").get<std::string>();
            rule.interval = std::chrono::seconds(
                std::clamp<std::int64_t>(wholeNumber<std::int64_t>(json.at("interval")), 0, kMostSeconds));
            rules.push_back(std::move(rule));
        }
    } catch (const std::exception& error) {  // nlohmann::json::exception, std::out_of_range
        return fail(ErrorCode::Corrupt, "The stored alerts cannot be read. Enter them anew.", error.what());
    }
    return rules;
}

std::vector<std::string> fillIn(std::vector<std::string> words, const std::string& caption, const std::string& time) {
    for (std::size_t i = 1; i < words.size(); ++i) {
        // The time first: a caption may say {time}.
        words[i] = replaceAll(replaceAll(words[i], "{time}", time), "{caption}", caption);
    }
    return words;
}

}  // namespace sightline
