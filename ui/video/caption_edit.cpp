#include "ui/video/caption_edit.h"

#include <algorithm>

#include <QContextMenuEvent>
#include <QFocusEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QSignalBlocker>
#include <QSyntaxHighlighter>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextLayout>

#include "ui/error_text.h"
#include "ui/video/spell_checker.h"

namespace sightline {
namespace {

constexpr qsizetype kMostSuggestions = 6;

}  // namespace

// Underlines words that are spelt wrong.
class SpellingMarks final : public QSyntaxHighlighter {
public:
    explicit SpellingMarks(QTextDocument* document) : QSyntaxHighlighter(document) {}

    void setChecker(SpellChecker* checker) {
        checker_ = checker;
        rehighlight();
    }

protected:
    void highlightBlock(const QString& text) override {
        if (!checker_) {
            return;
        }
        QTextCharFormat wrong;
        wrong.setUnderlineStyle(QTextCharFormat::SpellCheckUnderline);
        wrong.setUnderlineColor(Qt::red);
        for (const auto& [start, length] : wordsOf(text)) {
            if (!checker_->isRight(text.mid(start, length))) {
                setFormat(start, length, wrong);
            }
        }
    }

private:
    SpellChecker* checker_ = nullptr;
};

CaptionEdit::CaptionEdit(QWidget* parent) : QPlainTextEdit(parent), marks_(new SpellingMarks(document())) {
    setTabChangesFocus(true);
    setUndoRedoEnabled(false);
}

CaptionEdit::~CaptionEdit() = default;

void CaptionEdit::setSpelling(SpellChecker* checker) {
    checker_ = checker;
    marks_->setChecker(checker);
}

bool CaptionEdit::isMarked(int position) const {
    const QTextBlock block = document()->findBlock(position);
    const auto formats = block.layout()->formats();
    return std::ranges::any_of(formats, [place = position - block.position()](const auto& range) {
        return place >= range.start && place < range.start + range.length &&
               range.format.underlineStyle() == QTextCharFormat::SpellCheckUnderline;
    });
}

std::unique_ptr<QMenu> CaptionEdit::makeMenu(int position) {
    std::unique_ptr<QMenu> menu(createStandardContextMenu());
    for (const char* windows : {"edit-undo", "edit-redo"}) {
        delete menu->findChild<QAction*>(QLatin1String(windows));  // which would be grey here
    }
    if (QAction* first = menu->actions().value(0); first && first->isSeparator()) {
        delete first;
    }
    if (!checker_ || !isMarked(position)) {
        return menu;
    }
    const QTextBlock block = document()->findBlock(position);
    const int place = position - block.position();
    const auto words = wordsOf(block.text());
    const auto word = std::ranges::find_if(
        words, [place](const auto& each) { return place >= each.first && place < each.first + each.second; });
    QTextCursor cursor(block);
    cursor.setPosition(block.position() + word->first);
    cursor.setPosition(block.position() + word->first + word->second, QTextCursor::KeepAnchor);
    const QString text = cursor.selectedText();
    QAction* before = menu->actions().value(0);
    const auto insert = [&](const QString& label, const char* name) {
        auto* action = new QAction(label, menu.get());
        action->setObjectName(name);
        menu->insertAction(before, action);
        return action;
    };
    const QStringList suggestions = checker_->suggestions(text).mid(0, kMostSuggestions);
    for (const QString& suggestion : suggestions) {
        connect(insert(suggestion, "suggestion"), &QAction::triggered, this,
                [cursor, suggestion]() mutable { cursor.insertText(suggestion); });
    }
    if (suggestions.isEmpty()) {
        insert(tr("No suggestions"), "noSuggestion")->setEnabled(false);
    }
    connect(insert(tr("Add “%1” to the dictionary").arg(text), "addWord"), &QAction::triggered, this, [this, text] {
        if (auto added = checker_->add(text); !added) {
            emit failed(errorText(added.error()));
        }
        marks_->rehighlight();
    });
    menu->insertSeparator(before);
    return menu;
}

void CaptionEdit::contextMenuEvent(QContextMenuEvent* event) {
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const int position = byKey ? std::max(0, textCursor().position() - 1) : cursorForPosition(event->pos()).position();
    makeMenu(position)->exec(byKey ? viewport()->mapToGlobal(cursorRect().bottomLeft()) : event->globalPos());
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

void CaptionEdit::focusInEvent(QFocusEvent* event) {
    QPlainTextEdit::focusInEvent(event);
    if (event->reason() != Qt::ActiveWindowFocusReason && event->reason() != Qt::PopupFocusReason) {
        emit entered();
    }
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
