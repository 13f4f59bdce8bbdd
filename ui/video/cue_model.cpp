#include "ui/video/cue_model.h"

#include <algorithm>
#include <cmath>

#include <QFont>

#include "ui/video/described_text.h"
#include "ui/video/description_planner.h"
#include "ui/video/finding_text.h"

namespace sightline {
namespace {

constexpr MediaTime kNoTime{-1};
constexpr MediaTime kBeyondEnd = std::chrono::seconds(1);  // a container may know its length so badly

QString originText(CueOrigin origin) {
    switch (origin) {
        case CueOrigin::Model: return CueModel::tr("model");
        case CueOrigin::Accepted: return CueModel::tr("accepted");
        case CueOrigin::Edited: break;
    }
    return CueModel::tr("edited");
}

}  // namespace

QString timeText(MediaTime time) {
    const auto all = std::chrono::round<std::chrono::milliseconds>(time).count();
    const QString rest =
        QStringLiteral("%1.%2").arg(all / 1000 % 60, 2, 10, QLatin1Char('0')).arg(all % 1000, 3, 10, QLatin1Char('0'));
    if (const auto hours = all / 3'600'000; hours > 0) {
        return QStringLiteral("%1:%2:%3").arg(hours).arg(all / 60'000 % 60, 2, 10, QLatin1Char('0')).arg(rest);
    }
    return QStringLiteral("%1:%2").arg(all / 60'000).arg(rest);
}

MediaTime parseTime(const QString& text) {
    const QStringList parts = text.trimmed().replace(QLatin1Char(','), QLatin1Char('.')).split(QLatin1Char(':'));
    if (parts.size() > 3) {
        return kNoTime;
    }
    double seconds = 0.0;
    for (qsizetype i = 0; i < parts.size(); ++i) {
        bool isNumber = false;
        const double value = i + 1 < parts.size() ? parts[i].toUInt(&isNumber) : parts[i].toDouble(&isNumber);
        if (!isNumber || !std::isfinite(value) || value < 0.0 || (i > 0 && value >= 60.0)) {
            return kNoTime;
        }
        seconds = seconds * 60.0 + value;
    }
    constexpr double kLongest = 1e9;  // seconds; nanoseconds of more do not fit 64 bits
    return seconds > kLongest ? kNoTime : std::chrono::round<MediaTime>(std::chrono::duration<double>(seconds));
}

QString timeProblem(const QString& typed, const Cue& cue, MediaTime start, MediaTime end, MediaTime videoEnd) {
    if (parseTime(typed) < MediaTime::zero()) {
        return CueModel::tr("“%1” is no time. Write 1:02.5 or 62.5.").arg(typed.trimmed());
    }
    if (videoEnd > MediaTime::zero() && end > std::max(cue.end, videoEnd + kBeyondEnd)) {
        return CueModel::tr("The video ends at %1.").arg(timeText(videoEnd));
    }
    return end > start
               ? QString()
               : CueModel::tr("The end (%1) must come after the start (%2). Choose a later end or an earlier start.")
                     .arg(timeText(end), timeText(start));
}

void CueModel::setDocument(ProjectDocument* document) {
    beginResetModel();
    if (document_) {
        document_->disconnect(this);
    }
    document_ = document;
    endResetModel();
    if (!document_) {
        return;
    }
    connect(document_, &ProjectDocument::aboutToReset, this, [this] { beginResetModel(); });
    connect(document_, &ProjectDocument::reset, this, [this] { endResetModel(); });
    // Rows are changed in place as far as possible, so that the view keeps its selection.
    connect(document_, &ProjectDocument::aboutToReplaceCues, this, [this](int first, int removed, int added) {
        if (added > removed) {
            beginInsertRows({}, first + removed, first + added - 1);
        } else if (removed > added) {
            beginRemoveRows({}, first + added, first + removed - 1);
        }
    });
    connect(document_, &ProjectDocument::cuesReplaced, this, [this](int first, int removed, int added) {
        if (added > removed) {
            endInsertRows();
        } else if (removed > added) {
            endRemoveRows();
        }
        if (const int kept = std::min(removed, added); kept > 0) {
            emit dataChanged(index(first, 0), index(first + kept - 1, ColumnCount - 1));
        }
        // What is wrong with a cue depends on the next one.
        const int last = std::min(first + added, rowCount() - 1);
        if (last >= 0) {
            emit dataChanged(index(std::max(0, first - 1), Checks), index(last, Checks));
        }
    });
}

void CueModel::setLimits(const CheckLimits& limits) {
    limits_ = limits;
    tellChecks();
}

void CueModel::tellChecks() {
    if (rowCount() > 0) {
        emit dataChanged(index(0, Checks), index(rowCount() - 1, Checks));
    }
}

void CueModel::setPlanner(const DescriptionPlanner* planner) {
    planner_ = planner;
    connect(planner, &DescriptionPlanner::changed, this, &CueModel::tellChecks);
}

const DescribedCue* CueModel::described(int row) const { return planner_ ? planner_->at(row) : nullptr; }

bool CueModel::isHeard() const { return planner_ && planner_->isOn(); }

QStringList CueModel::problemNames(int row) const {
    QStringList names;
    if (const DescribedCue* cue = described(row)) {
        names << describedName(*cue);
    }
    names << findingNames(findings(row));
    names.removeAll(QString());
    return names;
}

QStringList CueModel::problemTexts(int row) const {
    QStringList texts;
    if (const DescribedCue* cue = described(row)) {
        texts << describedText(*cue);
    }
    texts << findingTexts(findings(row));
    texts.removeAll(QString());
    return texts;
}

void CueModel::setOnScreen(int row) {
    if (row != onScreen_) {
        const int before = std::exchange(onScreen_, row);
        tellRow(before);
        tellRow(row);
    }
}

void CueModel::tellRow(int row) {
    if (row >= 0 && row < rowCount()) {
        emit dataChanged(index(row, 0), index(row, ColumnCount - 1), {Qt::FontRole});
    }
}

std::vector<CueFinding> CueModel::findings(int row) const {
    return checkCue(document_->cues(), static_cast<std::size_t>(row), document_->project().shots, limits_);
}

int CueModel::rowCount(const QModelIndex& parent) const {
    return document_ && !parent.isValid() ? static_cast<int>(document_->cues().size()) : 0;
}

int CueModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant CueModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) {
        return {};
    }
    const Cue& cue = document_->cues()[static_cast<std::size_t>(index.row())];
    if (role == Qt::FontRole && index.row() == onScreen_) {
        QFont font;
        font.setBold(true);
        return font;
    }
    if (role == Qt::ToolTipRole && index.column() == Checks) {
        return problemTexts(index.row()).join(QLatin1Char('\n'));
    }
    if (role == Qt::ToolTipRole && index.column() == Text) {
        return QString::fromStdString(cue.text);  // a narrow column shows part of it
    }
    if (role == Qt::TextAlignmentRole && index.column() != Text && index.column() != Checks) {
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    }
    if (role == Qt::AccessibleTextRole && index.column() == Text) {
        return tr("%1 to %2: %3").arg(timeText(cue.start), timeText(cue.end), QString::fromStdString(cue.text));
    }
    if (role != Qt::DisplayRole && role != Qt::EditRole) {
        return {};
    }
    switch (index.column()) {
        case Start: return timeText(cue.start);
        case End: return timeText(cue.end);
        case Text: return QString::fromStdString(cue.text);
        case Confidence:
            return cue.confidence > 0.0 ? tr("%1 %").arg(qRound(100.0 * cue.confidence)) : QStringLiteral("–");
        case Origin: return originText(cue.origin);
        case Checks: return problemNames(index.row()).join(QStringLiteral(", "));
        default: return {};
    }
}

QVariant CueModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (role == Qt::ToolTipRole && orientation == Qt::Horizontal && section == Confidence) {
        return tr("The chance that the caption is right, as the model sees it");
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    if (orientation == Qt::Vertical) {
        return section + 1;
    }
    switch (section) {
        case Start: return tr("Start");
        case End: return tr("End");
        case Text: return tr("Caption");
        case Confidence: return tr("Conf.");
        case Origin: return tr("Source");
        case Checks: return tr("Checks");
        default: return {};
    }
}

Qt::ItemFlags CueModel::flags(const QModelIndex& index) const {
    const auto flags = QAbstractTableModel::flags(index);
    return index.isValid() && index.column() <= Text && !document_->readOnly() ? flags | Qt::ItemIsEditable : flags;
}

bool CueModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (role != Qt::EditRole || !index.isValid()) {
        return false;
    }
    const Cue& cue = document_->cues()[static_cast<std::size_t>(index.row())];
    if (index.column() == Text) {
        document_->setText(index.row(), value.toString());
        return true;
    }
    if (value.toString() == data(index, Qt::EditRole).toString()) {
        return false;
    }
    const MediaTime time = parseTime(value.toString());
    const MediaTime start = index.column() == Start ? time : cue.start;
    const MediaTime end = index.column() == End ? time : cue.end;
    const MediaTime videoEnd = document_->project().track.videoDuration;
    if (const QString problem = timeProblem(value.toString(), cue, start, end, videoEnd); !problem.isEmpty()) {
        emit refused(index, problem);
        return false;
    }
    document_->setTimes(index.row(), start, end);
    return true;
}

}  // namespace sightline
