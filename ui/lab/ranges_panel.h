// Which settings a sweep measures.
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include <QGroupBox>

#include "core/benchmark/sweep.h"

class QCheckBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QSpinBox;

namespace sightline {

// UI thread only.
class RangesPanel final : public QGroupBox {
    Q_OBJECT

public:
    using ModelChooser = std::function<QStringList(QWidget*)>;  // bundle files; empty when cancelled

    RangesPanel(const SweepOptions& options, ModelChooser chooseModels, QWidget* parent = nullptr);

    // What was typed, without models. Error: Unsupported, which field is no list of numbers.
    Result<SettingsGrid> grid() const;
    // Bundles chosen; empty for the one in use.
    const std::vector<std::filesystem::path>& models() const { return models_; }
    // `base`, with the number of repetitions and the seed that were chosen.
    SweepOptions options(SweepOptions base) const;

    void showRunning(bool running, const QString& text);
    void showProgress(double fraction, const QString& text);  // 0..1; of a sweep that is not being cancelled

signals:
    void startRequested();
    void cancelRequested();

private:
    void chooseModels();

    const ModelChooser chooseModels_;
    std::vector<std::filesystem::path> models_;
    QLineEdit* threads_;
    QLineEdit* interOp_;
    QLineEdit* beams_;
    QCheckBox* pinned_;
    QCheckBox* overlapped_;
    QCheckBox* busy_;
    const int cpus_;  // logical ones of this machine
    QSpinBox* repetitions_;
    QSpinBox* seed_;
    QLabel* modelNames_;
    QPushButton* start_;
    QPushButton* cancel_;
    bool cancels_ = false;  // was asked to, and is not through yet
    QProgressBar* progress_;
    QLabel* status_;
};

}  // namespace sightline
