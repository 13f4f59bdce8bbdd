#include "ui/lab/comparison_panel.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include "core/benchmark/recommendation.h"
#include "ui/lab/result_model.h"
#include "ui/lab/run_history.h"
#include "ui/player/number_text.h"

namespace sightline {
namespace {

const SettingResult* resultOf(const BenchmarkReport& report, const BenchmarkSetting& setting) {
    // The same bundle may lie elsewhere by now.
    const auto found = std::find_if(report.results.begin(), report.results.end(), [&](const SettingResult& result) {
        BenchmarkSetting same = result.setting;
        same.model.path = setting.model.path;
        return same == setting;
    });
    return found == report.results.end() ? nullptr : &*found;
}

QString rateText(const std::optional<SettingSummary>& summary) {
    return summary ? ComparisonPanel::tr("%1 [%2, %3]")
                         .arg(numberText(summary->captionsPerSecond, 1))
                         .arg(numberText(summary->interval.low, 1))
                         .arg(numberText(summary->interval.high, 1))
                   : QStringLiteral("–");
}

// Says which run is faster only where the intervals do not overlap.
QString verdict(const SettingSummary& a, const SettingSummary& b) {
    const bool overlap = a.interval.low <= b.interval.high && b.interval.low <= a.interval.high;
    const QString ratio = numberText(b.captionsPerSecond / a.captionsPerSecond, 2);
    return overlap ? ComparisonPanel::tr("%1 ×, no clear difference").arg(ratio)
                   : ComparisonPanel::tr("%1 ×").arg(ratio);
}

}  // namespace

ComparisonPanel::ComparisonPanel(QWidget* parent) : QWidget(parent), table_(new QTableWidget(this)) {
    table_->setTabKeyNavigation(false);
    setObjectName("comparison");
    auto* head = new QHBoxLayout;
    for (int place = 0; place < kRuns; ++place) {
        Side& side = sides_[static_cast<std::size_t>(place)];
        const QString letter = place == 0 ? tr("A") : tr("B");
        side.label = new QLabel(this);
        side.label->setObjectName(place == 0 ? "pinnedA" : "pinnedB");
        side.label->setWordWrap(true);
        side.use = new QPushButton(tr("Use %1 now").arg(letter), this);
        side.use->setObjectName(place == 0 ? "useA" : "useB");
        side.use->setToolTip(tr("Let the live and video pages caption with what this run recommends"));
        head->addWidget(side.label, 1);
        head->addWidget(side.use);
        connect(side.use, &QPushButton::clicked, this, [this, place] {
            if (const auto setting = answer(place)) {
                emit useRequested(*setting);
            }
        });
    }
    table_->setObjectName("comparisonTable");
    table_->setAccessibleName(tr("Pinned runs side by side"));
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->verticalHeader()->hide();
    table_->setColumnCount(4);
    table_->setHorizontalHeaderLabels(
        {tr("Setting"), tr("A: captions/s [95 %]"), tr("B: captions/s [95 %]"), tr("B against A")});
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table_->horizontalHeader()->setStretchLastSection(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 4, 0, 0);
    column->addLayout(head);
    column->addWidget(table_, 1);
    refresh();
}

void ComparisonPanel::pin(int place, const BenchmarkReport& report) {
    sides_[static_cast<std::size_t>(place)].report = report;
    refresh();
}

std::optional<BenchmarkSetting> ComparisonPanel::answer(int place) const {
    const auto& report = sides_[static_cast<std::size_t>(place)].report;
    if (!report) {
        return std::nullopt;
    }
    const auto* setting = recommendedSetting(recommend(report->results, report->machine.logicalCpus), report->results);
    return setting ? std::optional(*setting) : std::nullopt;
}

void ComparisonPanel::refresh() {
    for (int place = 0; place < kRuns; ++place) {
        const Side& side = sides_[static_cast<std::size_t>(place)];
        const QString letter = place == 0 ? tr("A") : tr("B");
        const auto setting = answer(place);
        side.use->setEnabled(setting.has_value());
        side.label->setText(!side.report ? tr("%1: nothing pinned; choose an earlier run and pin it.").arg(letter)
                            : setting
                                ? tr("%1: %2, recommends %3").arg(letter, madeText(*side.report), settingText(*setting))
                                : tr("%1: %2").arg(letter, madeText(*side.report)));
    }
    table_->setRowCount(0);
    const auto& a = sides_[0].report;
    const auto& b = sides_[1].report;
    std::vector<BenchmarkSetting> settings;
    for (const SettingResult& result : a ? a->results : std::vector<SettingResult>{}) {
        settings.push_back(result.setting);
    }
    for (const SettingResult& result : b ? b->results : std::vector<SettingResult>{}) {
        if (!a || !resultOf(*a, result.setting)) {
            settings.push_back(result.setting);
        }
    }
    for (const BenchmarkSetting& setting : settings) {
        const auto of = [&](const std::optional<BenchmarkReport>& report) {
            const SettingResult* result = report ? resultOf(*report, setting) : nullptr;
            return result ? summarize(*result) : std::nullopt;
        };
        const auto ofA = of(a);
        const auto ofB = of(b);
        const int row = table_->rowCount();
        table_->insertRow(row);
        const QStringList cells{settingText(setting), rateText(ofA), rateText(ofB),
                                ofA && ofB ? verdict(*ofA, *ofB) : QString()};
        for (int cell = 0; cell < cells.size(); ++cell) {
            table_->setItem(row, cell, new QTableWidgetItem(cells[cell]));
        }
    }
}

}  // namespace sightline
