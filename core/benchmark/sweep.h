// Measures all settings of a grid against each other.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

#include "core/base/clock.h"
#include "core/benchmark/load_sample.h"
#include "core/benchmark/setting_runner.h"

namespace sightline {

struct SweepOptions {
    std::uint64_t seed = 1;       // of the order of settings
    int repetitionsPerVisit = 3;  // of a setting, before the next one's turn
    int leastRepetitions = 6;
    int mostRepetitions = 15;
    // A setting is done when half the 95 % interval of its median captions/s is within this share of the median.
    double stableWithin = 0.03;
    std::chrono::milliseconds coolDown{200};  // between settings
    double busyCpus = 0.3;                    // that other programs may use before a setting is begun
    std::chrono::milliseconds patience{std::chrono::seconds(15)};  // how long a setting waits for them
    std::chrono::milliseconds limit{0};                            // no setting is begun later than this; zero: none

    bool operator==(const SweepOptions&) const = default;
};

struct SettingResult {
    BenchmarkSetting setting;
    std::vector<Repetition> repetitions;
    bool stable = false;
    std::optional<Error> error;  // why it could not be measured

    bool operator==(const SettingResult& other) const;
};

struct SweepPhase {
    enum Kind : std::uint8_t { Waiting, Measuring, Cooling };

    Kind kind = Measuring;
    std::size_t setting = 0;  // index
    double otherCpus = 0.0;   // while Waiting: what other programs use
    double fraction = 0.0;    // of the whole sweep that is done at least, 0..1
};

// Called on the sweep's thread.
struct SweepObserver {
    std::function<void(const SweepPhase&)> phase;
    std::function<void(std::size_t setting, const SettingResult&)> result;  // has a repetition more, or an error
};

struct SweepOutcome {
    std::vector<SettingResult> results;  // in the order of the settings; some without repetitions when cut short
    bool cancelled = false;
    bool outOfTime = false;
};

// Visits all settings in rounds, each round in a new random order, so that what changes slowly (heat, other programs)
// hits all settings alike; settings that are stable leave the rounds. Blocks; the runner, the observer and `machine`
// are called on the calling thread. A stop request keeps what was measured.
SweepOutcome runSweep(const std::vector<BenchmarkSetting>& settings, const SweepOptions& options, SettingRunner& runner,
                      const SweepObserver& observer, const std::stop_token& stop, const Clock& clock = SystemClock(),
                      const std::function<MachineSample()>& machine = sampleMachine);

}  // namespace sightline
