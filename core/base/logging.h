// Loggers, one per target, all writing to standard error: standard output belongs to the caption command.
#pragma once

#include <memory>
#include <string>

#include <spdlog/spdlog.h>

namespace sightline {

// The logger of that name, made on first use. Any thread.
std::shared_ptr<spdlog::logger> logger(const std::string& name);

// Applies to existing and future loggers: "trace", "debug", "info", "warn", "error" or "off". Any thread.
void setLogLevel(const std::string& level);

}  // namespace sightline
