// The short sweep of a first start: under ten seconds, in the background, to be skipped at any time.
#pragma once

#include <QFrame>

#include "ui/lab/thread_lab_page.h"

namespace sightline {

// A notice for the status bar. UI thread only. Changes the settings only when what it measured is clear: nothing else
// kept the CPU busy, and the figures do not scatter widely. Picks threads; the engine of quantized weights comes with
// the bundle, because weights are packed for it.
class QuickTune final : public QFrame {
    Q_OBJECT

public:
    explicit QuickTune(const ThreadLabHooks& hooks, QWidget* parent = nullptr);

    void start();
    void skip();

signals:
    void over(const QString& message);  // once; what it did, in words

private:
    void finish(const BenchmarkReport& report);
    void end(const QString& message);

    const ThreadLabHooks hooks_;
    SweepRunner runner_;
    bool over_ = false;
};

// 1, 2, 4 and so on up to the cores that are no efficiency cores, which is in it too.
std::vector<int> quickTuneThreads(int fastCores);

}  // namespace sightline
