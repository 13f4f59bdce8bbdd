#include "core/benchmark/sweep.h"

#include <algorithm>
#include <random>

#include "core/benchmark/statistics.h"

namespace sightline {
namespace {

constexpr auto kLoadWindow = std::chrono::milliseconds(300);  // long enough for counters with ticks of 10 ms

class Sweep {
public:
    Sweep(const std::vector<BenchmarkSetting>& settings, const SweepOptions& options, SettingRunner& runner,
          const SweepObserver& observer, const std::stop_token& stop, const Clock& clock,
          const std::function<MachineSample()>& machine)
        : options_(options), runner_(runner), observer_(observer), stop_(stop), clock_(clock), machine_(machine),
          order_(options.seed), started_(clock.now()) {
        for (const BenchmarkSetting& setting : settings) {
            outcome_.results.push_back({setting, {}, false, std::nullopt});
        }
    }

    SweepOutcome run() {
        for (auto pending = unfinished(); !pending.empty(); pending = unfinished()) {
            shuffle(pending);
            for (const std::size_t setting : pending) {
                if (!mayBegin() || !waitForQuiet(setting) || !visit(setting)) {
                    return std::move(outcome_);
                }
                tell(SweepPhase::Cooling, setting);
                if (!wait(options_.coolDown)) {
                    outcome_.cancelled = true;
                    return std::move(outcome_);
                }
            }
        }
        return std::move(outcome_);
    }

private:
    std::vector<std::size_t> unfinished() const {
        std::vector<std::size_t> found;
        for (std::size_t i = 0; i < outcome_.results.size(); ++i) {
            if (const SettingResult& result = outcome_.results[i]; !finished(result)) {
                found.push_back(i);
            }
        }
        return found;
    }

    bool finished(const SettingResult& result) const {
        return result.stable || result.error || static_cast<int>(result.repetitions.size()) >= options_.mostRepetitions;
    }

    // Fisher and Yates; std::shuffle gives other orders with other libraries.
    void shuffle(std::vector<std::size_t>& indexes) {
        for (std::size_t i = indexes.size(); i > 1; --i) {
            std::swap(indexes[i - 1], indexes[order_() % i]);
        }
    }

    bool mayBegin() {
        outcome_.cancelled = stop_.stop_requested();
        outcome_.outOfTime = options_.limit.count() > 0 && clock_.now() - started_ >= options_.limit;
        return !outcome_.cancelled && !outcome_.outOfTime;
    }

    // False when stopped. Goes on when patience ends: a measurement under load, marked as such, is better than none.
    bool waitForQuiet(std::size_t setting) {
        const SteadyTime until = clock_.now() + options_.patience;
        while (clock_.now() < until) {
            const MachineSample before = machine_();
            if (!wait(kLoadWindow)) {
                outcome_.cancelled = true;
                return false;
            }
            const double others = sightline::busyCpus(before, machine_());
            if (others <= options_.busyCpus) {
                return true;
            }
            tell(SweepPhase::Waiting, setting, others);
        }
        return true;
    }

    bool visit(std::size_t index) {
        tell(SweepPhase::Measuring, index);
        SettingResult& result = outcome_.results[index];
        const auto room = options_.mostRepetitions - static_cast<int>(result.repetitions.size());
        const auto done = runner_.run(
            result.setting, std::min(options_.repetitionsPerVisit, room),
            [&](const Repetition& repetition) {
                result.repetitions.push_back(repetition);
                result.stable = isStable(result);
                observer_.result(index, result);
            },
            stop_);
        if (done) {
            return true;
        }
        if (done.error().code == ErrorCode::Cancelled) {
            outcome_.cancelled = true;
            return false;
        }
        result.error = done.error();
        observer_.result(index, result);
        return true;
    }

    bool isStable(const SettingResult& result) const {
        const auto count = static_cast<int>(result.repetitions.size());
        if (count < std::max(options_.leastRepetitions, kLeastForInterval)) {
            return false;
        }
        std::vector<double> rates;
        for (const Repetition& repetition : result.repetitions) {
            rates.push_back(repetition.captionsPerSecond);
        }
        const Interval interval = medianInterval(rates);
        return (interval.high - interval.low) / 2.0 <= options_.stableWithin * median(rates);
    }

    bool wait(std::chrono::milliseconds time) {
        std::unique_lock lock(mutex_);
        for (const SteadyTime until = clock_.now() + time; clock_.now() < until && !stop_.stop_requested();) {
            clock_.waitUntil(changed_, lock, stop_, until);
        }
        return !stop_.stop_requested();
    }

    void tell(SweepPhase::Kind kind, std::size_t setting, double others = 0.0) {
        double done = 0.0;
        for (const SettingResult& result : outcome_.results) {
            done += finished(result) ? 1.0
                                     : static_cast<double>(result.repetitions.size()) /
                                           static_cast<double>(std::max(1, options_.mostRepetitions));
        }
        observer_.phase({kind, setting, others, done / static_cast<double>(outcome_.results.size())});
    }

    // immutable
    const SweepOptions& options_;
    SettingRunner& runner_;
    const SweepObserver& observer_;
    const std::stop_token stop_;
    const Clock& clock_;
    const std::function<MachineSample()>& machine_;

    std::mt19937_64 order_;
    const SteadyTime started_;
    SweepOutcome outcome_;
    std::mutex mutex_;  // only to wait with
    std::condition_variable_any changed_;
};

}  // namespace

bool SettingResult::operator==(const SettingResult& other) const {
    return setting == other.setting && repetitions == other.repetitions && stable == other.stable &&
           error.has_value() == other.error.has_value() && (!error || error->message == other.error->message);
}

SweepOutcome runSweep(const std::vector<BenchmarkSetting>& settings, const SweepOptions& options, SettingRunner& runner,
                      const SweepObserver& observer, const std::stop_token& stop, const Clock& clock,
                      const std::function<MachineSample()>& machine) {
    return Sweep(settings, options, runner, observer, stop, clock, machine).run();
}

}  // namespace sightline
