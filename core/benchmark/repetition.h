// One timed pass over the clip under one setting.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace sightline {

struct Repetition {
    // Told by the child: captions of the lengths that the model gives them.
    std::vector<double> latenciesMs;  // one a picture, whole caption
    double preprocessMs = 0.0;        // stages: medians over the pictures
    double encodeMs = 0.0;
    double prefillMs = 0.0;
    double generateMs = 0.0;
    double steps = 0.0;                   // decoder steps a caption
    double captionsPerSecond = 0.0;       // over the wall time of the pass
    double fixedCaptionsPerSecond = 0.0;  // the same pictures with captions of one fixed length

    // Seen from outside.
    double cpus = 0.0;    // that the child used on average
    int busyThreads = 0;  // of the child
    double residentMib = 0.0;
    double otherCpus = 0.0;        // that everything else on the machine used meanwhile, without the load made for it
    std::optional<double> joules;  // of the CPU packages, a caption; what else runs is in it

    bool operator==(const Repetition&) const = default;
};

// One line without a line break, and back. Error: Corrupt.
std::string toLine(const Repetition& repetition);
Result<Repetition> repetitionFromLine(std::string_view line);

}  // namespace sightline
