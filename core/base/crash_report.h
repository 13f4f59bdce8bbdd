// Reports of crashes: a text file with what was built, what happened, the stack and the last lines of the log.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace sightline {

// From now on a signal that ends the process because of a fault in it (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, and so
// an exception that nobody catches) first writes a report into `folder`, which is made when it is needed no later than
// here; then the process ends as it would have. `facts` are the report's first lines, `log` the file of which it has
// the end; empty for none. Once, from the main thread. What the report holds stays on this machine.
void writeCrashReports(const std::filesystem::path& folder, const std::string& facts, const std::filesystem::path& log);

// The newest report that nobody has looked at.
std::optional<std::filesystem::path> newCrashReport(const std::filesystem::path& folder);

// No report in `folder` counts as new any more; all but the last few are removed.
void acknowledgeCrashReports(const std::filesystem::path& folder);

}  // namespace sightline
