// The short sweeps of a first start, in the background, to be skipped at any time: one on the idle machine, under ten
// seconds, and a shorter one beside busy programs, under eight.
#pragma once

#include <QFrame>
#include <QTimer>

#include "ui/lab/thread_lab_page.h"

namespace sightline {

// A notice for the message bar. UI thread only. Changes the settings only when what it measured is clear: nothing else
// kept the CPU busy, and the figures do not scatter widely. What is best beside busy programs is told, not set, because
// captions find that by themselves (ThreadGovernor). Picks threads; the engine of quantized weights comes with
// the bundle, because weights are packed for it.
class QuickTune final : public QFrame {
    Q_OBJECT

public:
    explicit QuickTune(const ThreadLabHooks& hooks, QWidget* parent = nullptr);

    void start();
    void skip();

signals:
    // Once. What it did, in words; not decided: it could not find out.
    void over(const QString& message, bool isDecided);

private:
    void measure(int busyPrograms);
    void finish(const BenchmarkReport& report);
    void finishIdle(const BenchmarkReport& report);
    void end(const QString& message, bool isDecided = true);

    const ThreadLabHooks hooks_;
    SweepRunner runner_;
    QTimer limit_;
    QString idleAnswer_;  // empty while the idle machine is measured
    bool over_ = false;
};

// 1, 2, 4 and so on up to the cores that are no efficiency cores, which is in it too.
std::vector<int> quickTuneThreads(int fastCores);

}  // namespace sightline
