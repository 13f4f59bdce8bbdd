#include "ui/video/cue_delegate.h"

#include <algorithm>

#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>

#include "ui/video/caption_edit.h"
#include "ui/video/cue_model.h"

namespace sightline {
namespace {

constexpr int kLines = 3;      // that are seen at least
constexpr int kChecksEms = 8;  // room for a finding; the inspector has them all

}  // namespace

QSize CueDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    QSize size = QStyledItemDelegate::sizeHint(option, index);
    if (index.column() == CueModel::Text) {
        return size;
    }
    // In one line, whatever the column's width is now, and bold, as the cue on screen is, which any may become.
    QFont bold = option.font;
    bold.setBold(true);
    const QStyle& style = option.widget ? *option.widget->style() : *QApplication::style();
    const int margin = style.pixelMetric(QStyle::PM_FocusFrameHMargin, &option, option.widget) + 1;
    const int width = QFontMetrics(bold).horizontalAdvance(index.data().toString()) + 2 * margin + 1;
    const bool mayBeShort = index.column() == CueModel::Checks;
    size.setWidth(mayBeShort ? std::min(width, option.fontMetrics.height() * kChecksEms) : width);
    return size;
}

QWidget* CueDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem& option,
                                   const QModelIndex& index) const {
    emit opened(index.row());
    if (index.column() != CueModel::Text || !document_) {
        return QStyledItemDelegate::createEditor(parent, option, index);
    }
    auto* edit = new CaptionEdit(parent);
    edit->setObjectName("cellText");
    edit->setAccessibleName(tr("Caption"));
    document_->endTyping();
    place_ = index;
    before_ = document_->cues()[static_cast<std::size_t>(index.row())];
    connect(edit, &QPlainTextEdit::textChanged, this, [this, edit, place = QPersistentModelIndex(index)] {
        if (!document_ || !place.isValid()) {
            return;
        }
        const Cue& cue = document_->cues()[static_cast<std::size_t>(place.row())];
        if (edit->toPlainText() != QString::fromStdString(cue.text)) {
            document_->setText(place.row(), edit->toPlainText(), ProjectDocument::Step::Typing);
        }
    });
    connect(edit, &QObject::destroyed, this, [this] {
        if (document_) {
            document_->endTyping();
        }
    });
    return edit;
}

void CueDelegate::setEditorData(QWidget* editor, const QModelIndex& index) const {
    auto* edit = qobject_cast<CaptionEdit*>(editor);
    if (!edit) {
        const auto* line = qobject_cast<QLineEdit*>(editor);
        if (!line ||
            !line->isModified()) {  // asked for again whenever the row looks otherwise, as when it comes on screen
            QStyledItemDelegate::setEditorData(editor, index);
        }
        return;
    }
    const bool fresh = edit->toPlainText().isEmpty();
    edit->show(index.data(Qt::EditRole).toString());
    if (fresh) {
        edit->selectAll();
    }
}

void CueDelegate::setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const {
    if (!qobject_cast<CaptionEdit*>(editor)) {  // else it is there already
        QStyledItemDelegate::setModelData(editor, model, index);
    }
}

void CueDelegate::updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                                       const QModelIndex& index) const {
    QStyledItemDelegate::updateEditorGeometry(editor, option, index);
    if (qobject_cast<CaptionEdit*>(editor)) {
        const int room = editor->parentWidget()->height();
        QRect place = editor->geometry();
        place.setHeight(std::min(room, std::max(place.height(), editor->fontMetrics().lineSpacing() * kLines + 12)));
        place.moveBottom(std::min(place.bottom(), room - 1));
        editor->setGeometry(place);
    }
}

void CueDelegate::takeBack() {
    if (!document_ || !place_.isValid() || !before_) {
        return;
    }
    Cues cues = document_->cues();
    cues[static_cast<std::size_t>(place_.row())].text = before_->text;
    cues[static_cast<std::size_t>(place_.row())].origin = before_->origin;
    cues[static_cast<std::size_t>(place_.row())].confidence = before_->confidence;
    document_->edit(tr("Edit text"), cues, ProjectDocument::Step::Typing);
}

bool CueDelegate::eventFilter(QObject* watched, QEvent* event) {
    auto* edit = qobject_cast<CaptionEdit*>(watched);
    if (!edit || event->type() != QEvent::KeyPress) {
        return QStyledItemDelegate::eventFilter(watched, event);
    }
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool isEnter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    if (isEnter && !key->modifiers().testFlag(Qt::ShiftModifier)) {
        emit closeEditor(edit, NoHint);
        return true;
    }
    if (key->key() == Qt::Key_Escape) {
        takeBack();
        emit closeEditor(edit, RevertModelCache);
        return true;
    }
    return QStyledItemDelegate::eventFilter(watched, event);
}

}  // namespace sightline
