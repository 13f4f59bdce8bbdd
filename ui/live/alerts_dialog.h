// Edits the alerts.
#pragma once

#include <functional>
#include <vector>

#include <QDialog>

#include "core/captions/alert_rules.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QSpinBox;
class QWidget;

namespace sightline {

// UI thread only.
class AlertsDialog final : public QDialog {
    Q_OBJECT

public:
    using Save = std::function<Result<void>(std::vector<AlertRule>)>;

    // `save` takes the rules when OK is pressed; what it refuses is told and the dialog stays.
    AlertsDialog(std::vector<AlertRule> rules, Save save, QWidget* parent = nullptr);

    void accept() override;

private:
    QWidget* createForm();
    void add();
    void remove();
    void showRule(int row);
    void takeRule();  // what was entered, into the selected rule
    void listRule(int row);

    const Save save_;
    std::vector<AlertRule> rules_;
    bool showing_ = false;  // fields are being filled, not edited
    QListWidget* list_;
    QPushButton* remove_;
    QWidget* form_;
    QLineEdit* name_;
    QComboBox* kind_;
    QLineEdit* pattern_;
    QCheckBox* notify_;
    QCheckBox* sound_;
    QCheckBox* snapshot_;
    QLineEdit* command_;
    QSpinBox* interval_;
    QLabel* problem_;
};

}  // namespace sightline
