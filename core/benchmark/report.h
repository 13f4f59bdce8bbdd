// A sweep with everything that is needed to repeat it, as Markdown, CSV and JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/benchmark/machine_facts.h"
#include "core/benchmark/sweep.h"

namespace sightline {

struct BenchmarkReport {
    MachineFacts machine;
    std::string made;  // UTC, ISO 8601
    BenchmarkClip clip;
    std::string clipSha256;
    SweepOptions options;
    bool cutShort = false;  // cancelled or out of time: the settings are not all measured as planned
    std::vector<SettingResult> results;

    bool operator==(const BenchmarkReport&) const = default;
};

// A report without results yet. Error: NotFound, Io: the clip cannot be read.
Result<BenchmarkReport> beginReport(const BenchmarkClip& clip, const SweepOptions& options);

// For people: the answer, a table, the circumstances.
std::string toMarkdown(const BenchmarkReport& report);

// For spreadsheets: a row for each setting that was measured, the circumstances as columns (RFC 4180).
std::string toCsv(const BenchmarkReport& report);

// For programs: everything, every repetition too; reportFromJson reads it. Error: Corrupt.
std::string toJson(const BenchmarkReport& report);
Result<BenchmarkReport> reportFromJson(std::string_view json);

}  // namespace sightline
