// Where a caption is written.
#pragma once

#include <QPlainTextEdit>

namespace sightline {

// UI thread only. Undo and redo are the window's; other single keys are letters here.
class CaptionEdit final : public QPlainTextEdit {
    Q_OBJECT

public:
    explicit CaptionEdit(QWidget* parent = nullptr);

    // As setPlainText, without textChanged() and with the cursor left in its place.
    void show(const QString& text);

signals:
    void left();      // Escape: back to the cues
    void accepted();  // Ctrl+Enter: done with this cue

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
};

}  // namespace sightline
