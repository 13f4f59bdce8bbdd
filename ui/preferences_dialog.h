// What the user decides about the program, in one place: language, appearance, model, threads, folders, privacy.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <QDialog>
#include <QSettings>

#include "ui/lab/cpu_settings.h"
#include "ui/model_menu.h"

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLineEdit;
class QSpinBox;

namespace sightline {

struct PreferencesHooks {
    CpuSettingsStore cpu;                 // empty: model and threads cannot be chosen
    std::vector<ModelEntry> models;       // to choose from, beside the one in use
    std::shared_ptr<QSettings> settings;  // of the live page; null: its folder cannot be chosen
    QString captureFolder;                // where recordings go while nothing else is chosen
    std::function<QString(QWidget*, const QString& now)> chooseFolder;  // empty when cancelled
};

// UI thread only; deletes itself when it is closed. Nothing changes before OK.
class PreferencesDialog final : public QDialog {
    Q_OBJECT

public:
    PreferencesDialog(PreferencesHooks hooks, QWidget* parent);

    void accept() override;

signals:
    void told(const QString& message);

private:
    QWidget* createGeneral();
    QWidget* createCaptions();
    QWidget* createPrivacy();

    const PreferencesHooks hooks_;
    QComboBox* language_;
    QComboBox* appearance_;
    QComboBox* model_;
    QSpinBox* threads_;
    QLineEdit* folder_;
    QCheckBox* remember_;
};

}  // namespace sightline
