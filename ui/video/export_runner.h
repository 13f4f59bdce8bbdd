// Writes what people export, in the background.
#pragma once

#include <functional>

#include <QObject>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "ui/background_run.h"

namespace sightline {

// Lives on the UI thread; a job has a thread of its own. Signals arrive on the UI thread.
class ExportRunner final : public QObject {
    Q_OBJECT

public:
    using Progress = std::function<void(MediaTime)>;
    using Job = std::function<Result<void>(const Progress& progress, const std::stop_token& stop)>;

    explicit ExportRunner(QObject* parent = nullptr) : QObject(parent) {}

    void start(Job job);  // none may be running
    void cancel() { run_.cancel(); }
    bool running() const { return run_.running(); }

signals:
    void progressed(MediaTime time);
    void succeeded();
    void failed(const QString& message);
    void cancelled();

private:
    void finish(const Result<void>& outcome);

    BackgroundRun run_;
};

}  // namespace sightline
