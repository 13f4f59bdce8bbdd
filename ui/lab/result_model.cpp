#include "ui/lab/result_model.h"

#include <QBrush>
#include <QColor>

#include "ui/error_text.h"
#include "ui/player/number_text.h"

namespace sightline {
namespace {

// Of a badge, readable on both with black text.
const QColor kYellow(255, 214, 92);
const QColor kRed(255, 138, 128);

QString noiseText(Noise noise) {
    switch (noise) {
        case Noise::Quiet: return ResultModel::tr("quiet");
        case Noise::Noisy: return ResultModel::tr("noisy");
        case Noise::VeryNoisy: return ResultModel::tr("very noisy");
    }
    return {};
}

// What a column sorts by.
QVariant value(const SettingSummary& summary, int column) {
    switch (column) {
        case ResultModel::Rate: return summary.captionsPerSecond;
        case ResultModel::Noisiness: return summary.spread;
        case ResultModel::FixedRate: return summary.fixedCaptionsPerSecond;
        case ResultModel::P50: return summary.p50Ms;
        case ResultModel::P95: return summary.p95Ms;
        case ResultModel::P99: return summary.p99Ms;
        case ResultModel::Encode: return summary.encodeMs;
        case ResultModel::Generate: return summary.generateMs;
        case ResultModel::Cpu: return summary.cpus;
        case ResultModel::BusyThreads: return summary.busyThreads;
        case ResultModel::Others: return summary.otherCpus;
        case ResultModel::Memory: return summary.residentMib;
        case ResultModel::Energy: return summary.joules ? QVariant(*summary.joules) : QVariant();
        case ResultModel::Repetitions: return summary.repetitions;
        default: return {};
    }
}

QString text(const SettingSummary& summary, int column) {
    const double figure = value(summary, column).toDouble();
    switch (column) {
        case ResultModel::Rate: {
            const double error = (summary.interval.high - summary.interval.low) / 2.0;
            return ResultModel::tr("%1 ± %2").arg(numberText(figure, 1), numberText(error, 1));
        }
        case ResultModel::Noisiness: return noiseText(summary.noise());
        case ResultModel::FixedRate:
        case ResultModel::P50:
        case ResultModel::P95:
        case ResultModel::P99: return numberText(figure, 1);
        case ResultModel::Encode:
        case ResultModel::Generate:
        case ResultModel::Others: return numberText(figure, 2);
        case ResultModel::Cpu: return ResultModel::tr("%1 %").arg(numberText(100.0 * figure, 0));
        case ResultModel::Energy: return summary.joules ? numberText(figure, 3) : ResultModel::tr("n/a");
        default: return numberText(figure, 0);
    }
}

struct ColumnText {
    QString title;
    QString help;
};

ColumnText columnText(int column) {
    switch (column) {
        case ResultModel::Setting: return {ResultModel::tr("Setting"), ResultModel::tr("What was measured")};
        case ResultModel::Rate:
            return {ResultModel::tr("Captions/s"),
                    ResultModel::tr("Median over repetitions, with half of its 95 % interval")};
        case ResultModel::Noisiness:
            return {ResultModel::tr("Noise"), ResultModel::tr("Interquartile range over median of the captions/s: "
                                                              "yellow above 0.1, red above 0.25")};
        case ResultModel::FixedRate:
            return {ResultModel::tr("Fixed length/s"),
                    ResultModel::tr("Captions a second where all have the same number of tokens")};
        case ResultModel::P50: return {ResultModel::tr("p50 ms"), ResultModel::tr("Median time of one caption")};
        case ResultModel::P95: return {ResultModel::tr("p95 ms"), ResultModel::tr("19 of 20 captions take no longer")};
        case ResultModel::P99: return {ResultModel::tr("p99 ms"), ResultModel::tr("99 of 100 captions take no longer")};
        case ResultModel::Encode: return {ResultModel::tr("Encode ms"), ResultModel::tr("From pixels to features")};
        case ResultModel::Generate: return {ResultModel::tr("Generate ms"), ResultModel::tr("From features to words")};
        case ResultModel::Cpu:
            return {ResultModel::tr("CPU"), ResultModel::tr("Use while captioning; 100 % is one CPU")};
        case ResultModel::BusyThreads:
            return {ResultModel::tr("Busy threads"), ResultModel::tr("Threads seen at work, from /proc")};
        case ResultModel::Others:
            return {ResultModel::tr("Others"), ResultModel::tr("CPUs that everything else used meanwhile")};
        case ResultModel::Memory: return {ResultModel::tr("MiB"), ResultModel::tr("Resident memory")};
        case ResultModel::Energy:
            return {ResultModel::tr("J"), ResultModel::tr("Energy of the CPU a caption, where it can be read (RAPL)")};
        case ResultModel::Repetitions: return {ResultModel::tr("Runs"), ResultModel::tr("Repetitions")};
        default: return {};
    }
}

}  // namespace

QString settingText(const BenchmarkSetting& setting) {
    QString text =
        setting.threads == 1 ? ResultModel::tr("1 thread") : ResultModel::tr("%1 threads").arg(setting.threads);
    text += QStringLiteral(", ") + QString::fromStdString(setting.model.precision) + QStringLiteral(", ") +
            (setting.beams == 1 ? ResultModel::tr("greedy") : ResultModel::tr("%1 beams").arg(setting.beams));
    if (setting.interOp != 1) {
        text += ResultModel::tr(", %1 inter-op").arg(setting.interOp);
    }
    if (setting.affinity == Affinity::Cores) {
        text += ResultModel::tr(", pinned to cores");
    }
    if (setting.pipeline == Pipeline::Overlapped) {
        text += ResultModel::tr(", overlapped");
    }
    if (setting.busyPrograms > 0) {
        text += setting.busyPrograms == 1 ? ResultModel::tr(", beside 1 busy program")
                                          : ResultModel::tr(", beside %1 busy programs").arg(setting.busyPrograms);
    }
    return text;
}

void ResultModel::setResults(const std::vector<SettingResult>& results) {
    beginResetModel();
    results_ = results;
    summaries_.clear();
    for (const SettingResult& result : results_) {
        summaries_.push_back(summarize(result));
    }
    endResetModel();
}

void ResultModel::setResult(std::size_t setting, const SettingResult& result) {
    results_[setting] = result;
    summaries_[setting] = summarize(result);
    const int row = static_cast<int>(setting);
    emit dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

int ResultModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(results_.size());
}

int ResultModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant ResultModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    const auto row = static_cast<std::size_t>(index.row());
    const SettingResult& result = results_[row];
    const auto& summary = summaries_[row];
    if (index.column() == Setting) {
        if (role == SortRole) {
            return index.row();
        }
        if (role == Qt::ToolTipRole) {
            return result.error ? errorText(*result.error) : QString::fromStdString(result.setting.model.path.string());
        }
        return role == Qt::DisplayRole ? QVariant(settingText(result.setting)) : QVariant();
    }
    switch (role) {
        case Qt::DisplayRole:
            if (!summary) {
                return result.error && index.column() == Rate ? tr("failed") : QStringLiteral("–");
            }
            return text(*summary, index.column());
        case SortRole: return summary ? value(*summary, index.column()) : QVariant();
        case Qt::TextAlignmentRole: return QVariant(Qt::AlignRight | Qt::AlignVCenter);
        case Qt::ToolTipRole: return result.error ? errorText(*result.error) : columnText(index.column()).help;
        case Qt::BackgroundRole:
        case Qt::ForegroundRole:
            if (summary && index.column() == Noisiness && summary->noise() != Noise::Quiet) {
                return QBrush(role == Qt::ForegroundRole             ? QColor(Qt::black)
                              : summary->noise() == Noise::VeryNoisy ? kRed
                                                                     : kYellow);
            }
            return {};
        default: return {};
    }
}

QVariant ResultModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::DisplayRole) {
        return columnText(section).title;
    }
    return role == Qt::ToolTipRole ? columnText(section).help : QVariant();
}

}  // namespace sightline
