// The cues of a project as a table: start, end, text, confidence, source, checks.
#pragma once

#include <QAbstractTableModel>

#include <QPointer>

#include "core/captions/cue_checks.h"
#include "ui/video/project_document.h"

namespace sightline {

class DescriptionPlanner;
struct DescribedCue;

// UI thread only. Editing a cell changes the document.
class CueModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Start, End, Text, Confidence, Origin, Checks, ColumnCount };

    explicit CueModel(QObject* parent = nullptr) : QAbstractTableModel(parent) {}

    // Borrowed; null for none.
    void setDocument(ProjectDocument* document);
    void setLimits(const CheckLimits& limits);
    void setOnScreen(int row);  // marked; -1 for none
    int onScreen() const { return onScreen_; }
    // Tells what becomes of cues as audio description; borrowed.
    void setPlanner(const DescriptionPlanner* planner);
    // Null while that is not known or not wanted.
    const DescribedCue* described(int row) const;
    bool isHeard() const;  // whether it is wanted
    // What is wrong with a cue: in a word each, and in sentences.
    QStringList problemNames(int row) const;
    QStringList problemTexts(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

signals:
    void refused(const QModelIndex& index, const QString& why);  // what was entered there

private:
    void tellRow(int row);
    void tellChecks();
    std::vector<CueFinding> findings(int row) const;

    ProjectDocument* document_ = nullptr;
    CheckLimits limits_ = CheckLimits::descriptions();
    QPointer<const DescriptionPlanner> planner_;
    int onScreen_ = -1;
};

// "1:02:03.450", hours only where there are any.
QString timeText(MediaTime time);

// What timeText wrote, or seconds, or m:ss with , or . before the fraction; negative when it is no time.
MediaTime parseTime(const QString& text);

// Why `typed` cannot be a time of `cue`, which would be on screen from `start` to `end`; empty when it can. `videoEnd`:
// zero where it is not known.
QString timeProblem(const QString& typed, const Cue& cue, MediaTime start, MediaTime end, MediaTime videoEnd);

}  // namespace sightline
