#include "ui/lab/sweep_runner.h"

#include "core/base/logging.h"
#include "core/base/thread_name.h"

namespace sightline {

SweepRunner::SweepRunner(RunnerMaker maker, MachineSampler machine, QObject* parent)
    : QObject(parent), maker_(std::move(maker)), machine_(std::move(machine)) {}

void SweepRunner::start(SettingsMaker settings, const BenchmarkClip& clip, const SweepOptions& options) {
    abandon();
    thread_ = std::jthread(
        [this, settings = std::move(settings), clip, options, number = number_](const std::stop_token& stop) {
            nameThisThread("benchmark");
            run(stop, settings, clip, options, number);
        });
}

void SweepRunner::cancel() { thread_.request_stop(); }

void SweepRunner::abandon() {
    ++number_;
    if (thread_.joinable()) {
        thread_.request_stop();
        thread_.join();
    }
}

void SweepRunner::later(int number, std::function<void()> call) {
    QMetaObject::invokeMethod(
        this,
        [this, number, call = std::move(call)] {
            if (number == number_) {
                call();
            }
        },
        Qt::QueuedConnection);
}

void SweepRunner::run(const std::stop_token& stop, const SettingsMaker& settings, const BenchmarkClip& clip,
                      const SweepOptions& options, int number) {
    const auto giveUp = [&](const Error& error) {
        logger("ui")->error("{} {}", error.message, error.detail);
        later(number, [this, error] {
            thread_.join();
            emit failed(QString::fromStdString(error.message));
        });
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
    later(number, [this, empty = *report] { emit began(empty); });
    const auto runner = maker_(clip);
    SweepOutcome outcome =
        runSweep(*wanted, options, *runner,
                 {[&](const SweepPhase& phase) { later(number, [this, phase] { emit phaseChanged(phase); }); },
                  [&](std::size_t setting, const SettingResult& result) {
                      later(number, [this, setting, result] { emit resultChanged(setting, result); });
                  }},
                 stop, SystemClock(), machine_);
    report->results = std::move(outcome.results);
    report->cutShort = outcome.cancelled || outcome.outOfTime;
    later(number, [this, done = std::move(*report), cancelled = outcome.cancelled] {
        thread_.join();
        emit finished(done, cancelled);
    });
}

}  // namespace sightline
