#include "ui/lab/sweep_runner.h"

#include "core/base/logging.h"
#include "ui/error_text.h"

namespace sightline {

SweepRunner::SweepRunner(RunnerMaker maker, MachineSampler machine, QObject* parent)
    : QObject(parent), maker_(std::move(maker)), machine_(std::move(machine)) {}

void SweepRunner::start(SettingsMaker settings, const BenchmarkClip& clip, const SweepOptions& options) {
    run_.start("benchmark", [this, settings = std::move(settings), clip, options](const std::stop_token& stop,
                                                                                  const BackgroundRun::Teller& teller) {
        sweep(stop, teller, settings, clip, options);
    });
}

void SweepRunner::sweep(const std::stop_token& stop, const BackgroundRun::Teller& teller, const SettingsMaker& settings,
                        const BenchmarkClip& clip, const SweepOptions& options) {
    const auto giveUp = [&](const Error& error) {
        logger("ui")->error("{} {}", error.message, error.detail);
        teller.end([this, error] { emit failed(errorText(error)); });
    };
    const auto wanted = settings();
    if (!wanted) {
        return giveUp(wanted.error());
    }
    auto report = beginReport(clip, options);
    if (!report) {
        return giveUp(report.error());
    }
    for (const BenchmarkSetting& setting : *wanted) {
        report->results.push_back({setting, {}, false, std::nullopt});
    }
    teller.tell([this, empty = *report] { emit began(empty); });
    const auto runner = maker_(clip);
    SweepOutcome outcome =
        runSweep(*wanted, options, *runner,
                 {[&](const SweepPhase& phase) { teller.tell([this, phase] { emit phaseChanged(phase); }); },
                  [&](std::size_t setting, const SettingResult& result) {
                      teller.tell([this, setting, result] { emit resultChanged(setting, result); });
                  }},
                 stop, SystemClock(), machine_);
    report->results = std::move(outcome.results);
    report->cutShort = outcome.cancelled || outcome.outOfTime;
    teller.end([this, done = std::move(*report), cancelled = outcome.cancelled] { emit finished(done, cancelled); });
}

}  // namespace sightline
