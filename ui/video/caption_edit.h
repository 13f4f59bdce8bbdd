// Where a caption is written.
#pragma once

#include <memory>

#include <QPlainTextEdit>

class QMenu;

namespace sightline {

class SpellChecker;
class SpellingMarks;

// UI thread only. Undo and redo are the window's; other single keys are letters here.
class CaptionEdit final : public QPlainTextEdit {
    Q_OBJECT

public:
    explicit CaptionEdit(QWidget* parent = nullptr);
    ~CaptionEdit() override;

    // As setPlainText, without textChanged() and with the cursor left in its place.
    void show(const QString& text);

    // Borrowed; null checks nothing.
    void setSpelling(SpellChecker* checker);
    bool isMarked(int position) const;  // as misspelt

    // The menu at a place of the text, with what the word there may have meant. The caller owns it.
    std::unique_ptr<QMenu> makeMenu(int position);

signals:
    void entered();                       // somebody is about to write here
    void left();                          // Escape: back to the cues
    void accepted();                      // Ctrl+Enter: done with this cue
    void failed(const QString& message);  // a word could not be kept

protected:
    bool event(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    SpellChecker* checker_ = nullptr;
    SpellingMarks* marks_;
};

}  // namespace sightline
