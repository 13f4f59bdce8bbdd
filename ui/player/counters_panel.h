// A row of live counters.
#pragma once

#include <QWidget>

#include "core/pipeline/metrics.h"

class QLayout;
class QLabel;

namespace sightline {

// UI thread only.
class CountersPanel final : public QWidget {
    Q_OBJECT

public:
    explicit CountersPanel(QWidget* parent = nullptr);

    void showMetrics(const SessionMetrics& metrics, double displayedFps);

private:
    QLabel* addCounter(QLayout* row, const QString& title, const QString& name, const QString& help);

    QLabel* displayed_;
    QLabel* captured_;
    QLabel* captions_;
    QLabel* inference_;
    QLabel* age_;
    QLabel* dropped_;
};

}  // namespace sightline
