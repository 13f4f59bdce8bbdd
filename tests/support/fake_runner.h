// A runner that measures nothing: it tells the figures a test gives it.
#pragma once

#include <functional>
#include <vector>

#include "core/benchmark/setting_runner.h"

namespace sightline::test {

inline BenchmarkModel fakeModel(const std::string& precision = "int8") {
    return {"/models/" + precision + ".pt", "base", precision, precision + "-digest", 3};
}

// A repetition of a machine whose captions/s and CPU use grow with the threads, and stop growing at two.
inline Repetition fakeRepetition(const BenchmarkSetting& setting) {
    Repetition repetition;
    repetition.captionsPerSecond = setting.threads == 1 ? 60.0 : 100.0;
    repetition.latenciesMs.assign(4, 1000.0 / repetition.captionsPerSecond);
    repetition.fixedCaptionsPerSecond = 0.8 * repetition.captionsPerSecond;
    repetition.encodeMs = 4.0;
    repetition.generateMs = 6.0;
    repetition.steps = 9.5;
    repetition.cpus = setting.threads;
    repetition.busyThreads = setting.threads;
    repetition.residentMib = 300.0;
    return repetition;
}

class FakeRunner final : public SettingRunner {
public:
    // `repeat` tells each repetition, or fails; `number` counts those of all settings.
    using Repeat = std::function<Result<Repetition>(const BenchmarkSetting&, int number)>;

    explicit FakeRunner(Repeat repeat) : repeat_(std::move(repeat)) {}

    Result<void> run(const BenchmarkSetting& setting, int repetitions,
                     const std::function<void(const Repetition&)>& each, const std::stop_token& stop) override {
        visits.push_back(setting.threads);
        for (int i = 0; i < repetitions; ++i) {
            const auto repetition = repeat_(setting, count_++);
            if (stop.stop_requested()) {
                return fail(ErrorCode::Cancelled, "The benchmark was cancelled.");
            }
            if (!repetition) {
                return tl::unexpected(repetition.error());
            }
            each(*repetition);
        }
        return {};
    }

    std::vector<int> visits;  // threads of the setting visited

private:
    const Repeat repeat_;
    int count_ = 0;
};

}  // namespace sightline::test
