// A text file that people look at and copy to whoever helps them: the log, the report of a crash.
#pragma once

#include <functional>

#include <QDialog>

class QPlainTextEdit;

namespace sightline {

// UI thread only. Deletes itself when it is closed.
class ReportDialog final : public QDialog {
    Q_OBJECT

public:
    // Shows the end of `file`, at most a few hundred kilobytes.
    ReportDialog(const QString& title, const QString& file, QWidget* parent);

private:
    QPlainTextEdit* text_;
};

// Above the pages, until it is answered: the program crashed the last time, and `file` is the report. `seen` is called
// once it was answered, whatever the answer.
QWidget* crashNotice(const QString& file, const std::function<void()>& seen, QWidget* parent);

}  // namespace sightline
