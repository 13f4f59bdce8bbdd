// The manual in a window of its own: its pages, and a search through all of them.
#pragma once

#include <QDialog>

class QLabel;
class QLineEdit;
class QListWidget;

namespace sightline {

class ManualView;

// UI thread only. Stays open beside the main window, but does not keep the program running. The pages are English.
class ManualWindow final : public QDialog {
    Q_OBJECT

public:
    ManualWindow();

    void showPage(const QString& page);  // "live.md", or "live.md#alerts"; and comes to the front

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void takePage();          // the list follows a link
    void search();            // the text that was typed, in every page
    void findNext(int step);  // 1 or -1; goes on in the next page that has the text
    QString wanted() const;
    int rowOf(const QString& page) const;

    ManualView* view_;
    QListWidget* list_;
    QLineEdit* find_;
    QLabel* found_;
};

}  // namespace sightline
