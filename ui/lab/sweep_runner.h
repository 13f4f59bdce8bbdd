// A sweep in the background.
#pragma once

#include <functional>
#include <memory>

#include <QObject>

#include "core/benchmark/report.h"
#include "ui/background_run.h"

namespace sightline {

// Lives on the UI thread; the sweep has a thread of its own. Signals arrive on the UI thread.
class SweepRunner final : public QObject {
    Q_OBJECT

public:
    using RunnerMaker = std::function<std::unique_ptr<SettingRunner>(const BenchmarkClip&)>;
    using MachineSampler = std::function<MachineSample()>;
    // Tells the settings on the sweep's thread, because bundles are read for them.
    using SettingsMaker = std::function<Result<std::vector<BenchmarkSetting>>()>;

    SweepRunner(RunnerMaker maker, MachineSampler machine, QObject* parent = nullptr);

    // abandon()s a sweep that goes on.
    void start(SettingsMaker settings, const BenchmarkClip& clip, const SweepOptions& options);
    void cancel() { run_.cancel(); }    // soon finished() comes, with what was measured
    void abandon() { run_.abandon(); }  // waits for the setting that is being measured; no more signals come
    bool running() const { return run_.running(); }

signals:
    void began(const BenchmarkReport& report);  // with all settings, nothing measured
    void phaseChanged(const SweepPhase& phase);
    void resultChanged(std::size_t setting, const SettingResult& result);
    void finished(const BenchmarkReport& report, bool cancelled);
    void failed(const QString& message);  // nothing was measured

private:
    void sweep(const std::stop_token& stop, const BackgroundRun::Teller& teller, const SettingsMaker& settings,
               const BenchmarkClip& clip, const SweepOptions& options);

    const RunnerMaker maker_;
    const MachineSampler machine_;
    BackgroundRun run_;
};

}  // namespace sightline
