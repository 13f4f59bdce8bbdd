// Two runs side by side.
#pragma once

#include <array>
#include <optional>

#include <QWidget>

#include "core/benchmark/report.h"

class QLabel;
class QPushButton;
class QTableWidget;

namespace sightline {

// UI thread only.
class ComparisonPanel final : public QWidget {
    Q_OBJECT

public:
    static constexpr int kRuns = 2;  // A and B

    explicit ComparisonPanel(QWidget* parent = nullptr);

    void pin(int place, const BenchmarkReport& report);

    // What the run pinned there recommends.
    std::optional<BenchmarkSetting> answer(int place) const;

signals:
    void useRequested(const BenchmarkSetting& setting);  // what the pinned run recommends

private:
    struct Side {
        std::optional<BenchmarkReport> report;
        QLabel* label = nullptr;
        QPushButton* use = nullptr;
    };

    void refresh();

    std::array<Side, kRuns> sides_;
    QTableWidget* table_;
};

}  // namespace sightline
