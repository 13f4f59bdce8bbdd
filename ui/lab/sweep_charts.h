// Speed and gain over the number of threads, as two charts.
#pragma once

#include <QWidget>

#include "core/benchmark/report.h"

class QChart;
class QValueAxis;

namespace sightline {

// UI thread only. A line for each kind of setting that differs in more than the threads; bars are 95 % intervals; a
// star marks what the answer recommends.
class SweepCharts final : public QWidget {
    Q_OBJECT

public:
    explicit SweepCharts(QWidget* parent = nullptr);

    void setResults(const std::vector<SettingResult>& results, int logicalCpus);

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Point;
    struct Line;

    struct Axes {
        QValueAxis* threads;
        QValueAxis* left;
        QValueAxis* right;
    };

    static std::vector<Line> lines(const std::vector<SettingResult>& results);
    void addLine(const Line& line, const QColor& color);
    void applyPalette();

    std::vector<SettingResult> results_;  // on show
    int logicalCpus_ = 1;
    QChart* speed_;
    QChart* gain_;
    Axes speedAxes_;
    Axes gainAxes_;
};

}  // namespace sightline
