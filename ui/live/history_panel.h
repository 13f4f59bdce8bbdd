// The captions that were shown, each with its time and a small picture.
#pragma once

#include <functional>
#include <memory>

#include <QList>
#include <QWidget>

#include "ui/background_run.h"
#include "ui/live/history_store.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;

namespace sightline {

class HistoryModel;

// UI thread only. Keeps the whole session on the disk.
class HistoryPanel final : public QWidget {
    Q_OBJECT

public:
    // Where to export to, empty for nowhere; `filter` is the file dialog's and tells what was chosen of it.
    using ChooseSave = std::function<QString(QWidget* parent, const QString& title, const QString& suggestion,
                                             const QString& filters, QString& filter)>;

    HistoryPanel(QString folder, ChooseSave chooseSave, QWidget* parent = nullptr);
    ~HistoryPanel() override;

    // A null `picture` leaves its place empty. The list goes on at its end unless the user looks at something earlier.
    void add(const HistoryEntry& entry, const QImage& picture);
    void endLast(SteadyTime end) { store_->endLast(end); }
    void clear();
    // What an earlier session left becomes what is shown; more comes behind it. Only before the first entry.
    void takeUp(std::shared_ptr<HistoryStore> store);
    bool isEmpty() const { return store_->count() == 0; }
    void followAgain();                                      // whatever the user looked at
    void setTitle(const QString& title) { title_ = title; }  // of what is exported

    // The selected entries that the search shows, or all of them, a line each.
    QString text() const;

    QAction* exportAction() const { return export_; }

signals:
    void told(const QString& message);
    void warned(const QString& message);  // what must be seen
    void clearWanted(int entries);        // by the user, who has not been asked whether that is meant

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;  // of the picture

private:
    QAction* addListAction(const QString& text, const char* name);
    void showWhatIsPossible();
    void search();
    void follow();
    void showPicture();  // of the current entry
    void enlarge();
    void exportEntries();
    int current() const;  // entry of the store, or -1

    const QString folder_;
    const ChooseSave chooseSave_;
    std::shared_ptr<HistoryStore> store_;
    HistoryModel* model_;
    QLineEdit* search_;
    QTableView* list_;
    QLabel* picture_;
    QAction* copy_ = nullptr;
    QAction* enlarge_ = nullptr;
    QAction* export_ = nullptr;
    QList<QWidget*> needEntries_;
    QString title_;
    bool follows_ = true;
    bool failed_ = false;  // the disk took no more, which was told
    BackgroundRun run_;    // the export
};

}  // namespace sightline
