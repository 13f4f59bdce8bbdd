// How the captions are heard, in one row, and how far that is worked out.
#pragma once

#include <QTimer>
#include <QWidget>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QProgressBar;
class QToolButton;

namespace sightline {

class DescriptionPlanner;

// UI thread only. What is chosen goes to the planner at once.
class DescriptionPanel final : public QWidget {
    Q_OBJECT

public:
    // `planner` is borrowed, and outlives this.
    explicit DescriptionPanel(DescriptionPlanner* planner, QWidget* parent = nullptr);

private:
    QDoubleSpinBox* addNumber(const QString& title, const char* name, const QString& suffix, const QString& help);
    void addToRow(const QString& title, QWidget* field);
    void showSettings();
    void showState();  // at once, or what takes a while when it does
    void showStateNow();
    void choose();

    DescriptionPlanner* const planner_;
    QComboBox* voice_;
    QDoubleSpinBox* fastest_;
    QDoubleSpinBox* ducking_;
    QDoubleSpinBox* gap_;
    QDoubleSpinBox* head_;
    QDoubleSpinBox* tail_;
    QLabel* state_;
    QProgressBar* progress_;
    QToolButton* button_;  // cancels, or tries again
    QTimer late_;          // what is over before is not shown
};

}  // namespace sightline
