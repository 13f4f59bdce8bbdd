// The settings of a sweep as a table, with what was measured so far.
#pragma once

#include <QAbstractTableModel>

#include "core/benchmark/report.h"
#include "core/benchmark/summary.h"

namespace sightline {

// UI thread only. SortRole gives numbers where cells show formatted ones.
class ResultModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column {
        Setting,
        Rate,
        Noisiness,
        FixedRate,
        P50,
        P95,
        P99,
        Encode,
        Generate,
        Cpu,
        BusyThreads,
        Others,
        Memory,
        Energy,
        Repetitions,
        ColumnCount
    };
    static constexpr int SortRole = Qt::UserRole;

    explicit ResultModel(QObject* parent = nullptr) : QAbstractTableModel(parent) {}

    void setResults(const std::vector<SettingResult>& results);
    void setResult(std::size_t setting, const SettingResult& result);
    const std::vector<SettingResult>& results() const { return results_; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<SettingResult> results_;
    std::vector<std::optional<SettingSummary>> summaries_;
};

// describeSetting() in the user's language.
QString settingText(const BenchmarkSetting& setting);

}  // namespace sightline
