// The program that an alert runs.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/captions/alert_rules.h"
#include "core/captions/caption.h"

namespace sightline {

inline constexpr auto kAlertPatience = std::chrono::seconds(10);  // then it is ended

// What the rule's command becomes for this caption: its words, as quotation marks part them, with {caption} and {time}
// (ISO 8601, of the picture) filled in. Empty when the rule has no command. Any thread.
std::vector<std::string> alertCommand(const AlertRule& rule, const Caption& caption);

// Runs it and waits, for kAlertPatience at most; success without a command. Errors as of runProgram().
Result<void> runAlertCommand(const AlertRule& rule, const Caption& caption, const std::stop_token& stop);

}  // namespace sightline
