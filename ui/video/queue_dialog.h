// The queue of videos that are annotated in the background, and what became of them.
#pragma once

#include <QDialog>

#include "ui/video/annotation_queue.h"

class QLabel;
class QPushButton;
class QTreeWidget;

namespace sightline {

// UI thread only. Closing it leaves the queue running.
class QueueDialog final : public QDialog {
    Q_OBJECT

public:
    // `queue` is borrowed.
    QueueDialog(AnnotationQueue* queue, std::function<QStringList(QWidget*)> chooseVideos, QWidget* parent);

signals:
    void openWanted(const QString& video);

private:
    void fill();
    void showEntry(int index);
    void showButtons();
    int current() const;

    AnnotationQueue* const queue_;
    QTreeWidget* list_;
    QLabel* summary_;
    QPushButton* cancel_;
    QPushButton* open_;
};

}  // namespace sightline
