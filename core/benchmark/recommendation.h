// The answer of a sweep: which setting to use.
//
// The rule. Settings with one model and one number of beams say the same (precisions of a model nearly so), so only
// those are compared with each other, and only beside the same load. Of them those count whose threads the kernel may
// place, as in the program itself, and that have no more threads than there are CPUs. Peak speed is the highest median
// of captions/s. Of the settings with at least 95 % of it the one with the least CPU use is best; of those within 2 %
// of a CPU of that, the one with the fewest threads, then the fewest inter-op threads, then the fastest. Where figures
// scatter and the interval of another number of threads overlaps that of the answer, nothing is answered: it is too
// noisy to say.
#pragma once

#include <string>
#include <vector>

#include "core/benchmark/summary.h"

namespace sightline {

struct Recommendation {
    std::size_t setting = 0;     // index of the result
    double speedShare = 0.0;     // of the peak speed, 0..1
    double cpuShare = 0.0;       // of all logical CPUs, 0..1
    Noise noise = Noise::Quiet;  // the worse one of the setting's and the fastest setting's
    bool tooNoisy = false;       // another number of threads may be as good: nothing is recommended
    bool otherPrograms = false;  // used more than half a CPU meanwhile
};

inline constexpr double kEnoughSpeed = 0.95;

// One for each model, number of beams and load that was measured; that of the first result's model and load with the
// model's own number of beams first, if there is one.
std::vector<Recommendation> recommend(const std::vector<SettingResult>& results, int logicalCpus);

// The setting to use, of answers by recommend(); none where it is too noisy to say. Points into `results`.
const BenchmarkSetting* recommendedSetting(const std::vector<Recommendation>& answers,
                                           const std::vector<SettingResult>& results);

// "On this CPU use 2 threads, int8, 3 beams: 98 % of peak speed at 55 % of the CPU.", and doubts. Beside a load the
// peak is that beside the same load.
std::string recommendationText(const Recommendation& recommendation, const std::vector<SettingResult>& results);

}  // namespace sightline
