// Earlier sweeps, one JSON file each in a folder.
#pragma once

#include <filesystem>
#include <vector>

#include <QString>

#include "core/benchmark/report.h"

namespace sightline {

// One thread at a time.
class RunHistory {
public:
    explicit RunHistory(std::filesystem::path folder) : folder_(std::move(folder)) {}

    // Reads the runs of machines called `machine` (machineName), newest first; files that cannot be read are left
    // alone and logged.
    void load(const std::string& machine);

    // Error: why it could not be kept; it is in runs() all the same.
    Result<void> add(const BenchmarkReport& report);

    const std::vector<BenchmarkReport>& runs() const { return runs_; }

private:
    const std::filesystem::path folder_;
    std::vector<BenchmarkReport> runs_;
};

// When it was made, as people here write it.
QString madeText(const BenchmarkReport& report);

}  // namespace sightline
