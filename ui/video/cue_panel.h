// The cues of the open project in a table, and the run that makes them.
#pragma once

#include <optional>

#include <QWidget>

#include "core/captions/cue_checks.h"

class QAction;
class QLabel;
class QProgressBar;
class QTableView;
class QToolButton;

namespace sightline {

class CueDelegate;
class CueModel;
class ProjectDocument;

// UI thread only. Where it is narrow, columns that matter less give way to the captions. A double click goes to a cue,
// also while playback runs; F2 or a second click edits.
class CuePanel final : public QWidget {
    Q_OBJECT

public:
    explicit CuePanel(QWidget* parent = nullptr);

    // Borrowed; null for none.
    void setDocument(ProjectDocument* document);

    // Marks the cue on screen; -1 for none. With `follow`, and where the user wants that, one that comes on screen
    // becomes the current one and is kept in view, unless a cell is edited or several are chosen.
    void showOnScreen(int row, bool follow);
    QAction* followAction() const { return follow_; }

    int currentRow() const;  // -1 for none
    void setCurrentRow(int row);
    void setCurrentRowInPlace(int row);             // the picture stays where it is
    std::pair<int, int> selectedRows() const;       // first and count, as far as they follow each other
    std::vector<int> allSelectedRows() const;       // in order
    void selectRows(const std::vector<int>& rows);  // and makes the first the current one
    void chooseOnScreen();                          // as the current one, where there is none
    void keepSelection();                           // of the current row, where rows that were replaced had it

    const CheckLimits& limits() const { return limits_; }
    void setLimits(const CheckLimits& limits);
    CueModel* model() const { return model_; }

    // `fraction` 0..1, negative while it is not known; a text for people such as "2:10 of 10:00, 1 min left".
    void showProgress(double fraction, const QString& text);
    void hideProgress();

    QTableView* table() const { return table_; }

signals:
    void addRequested();  // at the playhead
    void currentChanged(int row);
    void chosen(int row);  // as the current one, by a person or for one; not by playback, nor because rows moved
    void cancelRequested();
    void cellOpened(int row);  // to write in
    void told(const QString& message);

private:
    void updateEnabled();
    void fitColumns();
    void makeCurrent(const QModelIndex& index);
    void followCue(int first, int removed, int added);

    CueModel* model_;
    QTableView* table_;
    CueDelegate* delegate_;
    QLabel* summary_;
    QProgressBar* progress_;
    QLabel* progressText_;
    QToolButton* cancel_;
    QAction* add_;
    QAction* remove_;
    QAction* accept_;
    QAction* follow_;
    std::optional<Cue> changing_;  // the current one, while cues are replaced
    bool byItself_ = false;        // the current row changes without anybody having chosen
    CheckLimits limits_ = CheckLimits::descriptions();
    ProjectDocument* document_ = nullptr;
};

}  // namespace sightline
