// The thread lab: measures CPU settings of captioning on this machine, says which to use, and uses them.
#pragma once

#include <optional>

#include "core/inference/captioner.h"
#include "ui/lab/cpu_settings.h"
#include "ui/lab/run_history.h"
#include "ui/lab/sweep_runner.h"
#include "ui/page.h"

class QLabel;
class QListWidget;
class QPushButton;
class QTabWidget;
class QTableView;

namespace sightline {

class AbPreview;
class ComparisonPanel;
class RangesPanel;
class ResultModel;
class SweepCharts;

// What tests and the app replace.
struct ThreadLabHooks {
    SweepRunner::RunnerMaker makeRunner;
    SweepRunner::MachineSampler sampleMachine;
    std::function<Result<BenchmarkModel>(const std::filesystem::path&)> describeModel;
    CpuSettingsStore settings;
    BenchmarkClip clip;
    SweepOptions options;
    std::filesystem::path historyFolder;
    std::function<void(QWidget*, const QString& title, const QString& text)> showError;
    std::function<Result<std::unique_ptr<Captioner>>(const BenchmarkSetting&)> load;  // for the preview
    std::function<QStringList(QWidget*)> chooseModels;  // bundle files; empty when cancelled
    // `filters` as of QFileDialog; returns the path, empty when cancelled, and leaves the filter chosen.
    std::function<QString(QWidget*, const QString& title, const QString& suggestion, const QString& filters,
                          QString& filter)>
        chooseSave;

    // Processes of this program, dialogs, settings that only the page remembers; no clip.
    static ThreadLabHooks standard();
};

// UI thread only.
class ThreadLabPage final : public Page {
    Q_OBJECT

public:
    explicit ThreadLabPage(ThreadLabHooks hooks, QWidget* parent = nullptr);
    ~ThreadLabPage() override;

    QString title() const override { return tr("Thread lab"); }
    QList<QMenu*> menus() const override { return {}; }
    QList<QWidget*> panes() const override;
    void enter() override;

    bool running() const { return runner_.running(); }

signals:
    void runKept();  // a run ended and is in the history

private:
    QWidget* createHistory();
    QWidget* createAnswer();
    QWidget* createResults();
    void startSweep();
    void showReport(const BenchmarkReport& report);
    void showPhase(const SweepPhase& phase);
    void showAnswer();
    void showRunning(const QString& text);
    void showUse();
    void showHistory();
    void use(const BenchmarkSetting& setting);
    void revert();
    void exportReport();
    QString answerText() const;
    std::optional<BenchmarkSetting> recommended() const;
    std::optional<BenchmarkSetting> selected() const;

    const ThreadLabHooks hooks_;
    SweepRunner runner_;
    RunHistory history_;
    BenchmarkReport report_;             // on show
    std::optional<CpuSettings> before_;  // what Revert goes back to

    RangesPanel* ranges_;
    QListWidget* runs_;
    QLabel* answer_;
    QLabel* inUse_;
    QPushButton* apply_;
    QPushButton* applySelected_;
    QPushButton* revert_;
    QPushButton* export_;
    QPushButton* copy_;
    SweepCharts* charts_;
    ResultModel* model_;
    QTableView* table_;
    ComparisonPanel* comparison_;
    AbPreview* preview_ = nullptr;
    QTabWidget* tables_;
};

}  // namespace sightline
