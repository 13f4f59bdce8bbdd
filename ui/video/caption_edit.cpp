#include "ui/video/caption_edit.h"

#include <algorithm>

#include <QKeyEvent>
#include <QSignalBlocker>
#include <QTextCursor>

namespace sightline {

CaptionEdit::CaptionEdit(QWidget* parent) : QPlainTextEdit(parent) {
    setTabChangesFocus(true);
    setUndoRedoEnabled(false);
}

void CaptionEdit::show(const QString& text) {
    if (text == toPlainText()) {
        return;
    }
    const QSignalBlocker blocker(this);
    const int position = textCursor().position();
    setPlainText(text);
    QTextCursor cursor = textCursor();
    cursor.setPosition(std::min(position, static_cast<int>(text.size())));
    setTextCursor(cursor);
}

bool CaptionEdit::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
            event->ignore();  // the window's action gets it
            return true;
        }
    }
    return QPlainTextEdit::event(event);
}

void CaptionEdit::keyPressEvent(QKeyEvent* event) {
    const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (event->key() == Qt::Key_Escape) {
        emit left();
    } else if (isEnter && event->modifiers().testFlag(Qt::ControlModifier)) {
        emit accepted();
    } else {
        QPlainTextEdit::keyPressEvent(event);
    }
}

}  // namespace sightline
