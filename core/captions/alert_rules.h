// What happens when a caption says certain words.
#pragma once

#include <chrono>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"

namespace sightline {

struct AlertRule {
    std::string name;           // for people; may be empty
    std::string pattern;        // words or phrases separated by commas, any of which; or a regular expression
    bool isExpression = false;  // ECMAScript's, found anywhere in the caption
    bool enabled = true;

    bool notifies = true;
    bool snapshot = false;
    bool sounds = false;
    std::string command;  // program and arguments as typed; empty: none

    std::chrono::seconds interval{30};  // least time between two alerts of this rule

    bool operator==(const AlertRule&) const = default;
};

// Capital and small letters are the same, in words and in expressions. One thread at a time.
class AlertMatcher {
public:
    // Errors: Unsupported, when a rule's pattern is empty or no regular expression; the message tells which and why.
    static Result<AlertMatcher> create(std::vector<AlertRule> rules);
    AlertMatcher() = default;

    const std::vector<AlertRule>& rules() const { return rules_; }

    // The rules that `caption`, shown at `now`, sets off: those that are enabled, match, and did not do so within
    // their interval.
    std::vector<AlertRule> match(const std::string& caption, SteadyTime now);

private:
    std::vector<AlertRule> rules_;
    std::vector<std::regex> expressions_;                 // one a rule
    std::vector<std::optional<SteadyTime>> lastMatched_;  // one a rule
};

// As a settings file keeps them.
std::string alertRulesToJson(const std::vector<AlertRule>& rules);
// Error: Corrupt.
Result<std::vector<AlertRule>> alertRulesFromJson(const std::string& json);

// `{caption}` and `{time}` replaced in all words but the first, which is the program. A word stays one word, whatever
// the caption holds.
std::vector<std::string> fillIn(std::vector<std::string> words, const std::string& caption, const std::string& time);

}  // namespace sightline
