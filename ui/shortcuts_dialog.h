// Lists what keys do, and gives actions other keys.
#pragma once

#include <QDialog>

class QKeySequenceEdit;
class QLabel;
class QLineEdit;
class QTreeWidget;

namespace sightline {

// UI thread only; deletes itself when it is closed.
class ShortcutsDialog final : public QDialog {
    Q_OBJECT

public:
    explicit ShortcutsDialog(QWidget* window);

private:
    void fill();
    void filter(const QString& text);
    void showCurrent();
    void take(const QKeySequence& keys);
    QString currentName() const;

    QWidget* window_;
    QLineEdit* search_;
    QTreeWidget* list_;
    QKeySequenceEdit* keys_;
    QLabel* message_;
};

}  // namespace sightline
