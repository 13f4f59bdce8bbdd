// The queue of videos that are annotated in the background, and what became of them.
#pragma once

#include <QDialog>
#include <QIcon>

#include "ui/video/annotation_queue.h"

class QAction;
class QLabel;
class QPushButton;
class QTreeWidget;
class QWidget;

namespace sightline {

// UI thread only. Closing it leaves the queue running.
class QueueDialog final : public QDialog {
    Q_OBJECT

public:
    // `queue` is borrowed.
    QueueDialog(AnnotationQueue* queue, std::function<QStringList(QWidget*)> chooseVideos, QWidget* parent);

signals:
    void openWanted(const QString& video);
    void folderWanted(const QString& folder);  // to be shown in a file manager

private:
    void fill();
    void showEntry(int index);
    void showButtons();
    QPushButton* addButton(QWidget* row, const QString& text, const char* name, const QString& help);
    void retry();
    int current() const;

    AnnotationQueue* const queue_;
    QTreeWidget* list_;
    QLabel* summary_;
    QPushButton* cancel_;
    std::vector<std::pair<QAction*, QPushButton*>> actions_;  // of the menu, and what they press
    QPushButton* open_;
    QPushButton* retry_;
    QPushButton* folder_;
};

}  // namespace sightline
