// Writing a caption in the table itself, as safely as in the text box below it.
#pragma once

#include <optional>

#include <QPointer>
#include <QStyledItemDelegate>

#include "core/captions/cue.h"
#include "ui/video/project_document.h"

namespace sightline {

// UI thread only. Text goes into the document as it is typed, and so on disk; one writing is one step of undo. Enter
// ends it, Shift+Enter begins a line, Escape takes it back.
class CueDelegate final : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void setDocument(ProjectDocument* document) { document_ = document; }  // borrowed; null for none

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void setEditorData(QWidget* editor, const QModelIndex& index) const override;
    void setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const override;
    void updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const override;

signals:
    void opened(int row) const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void takeBack();

    QPointer<ProjectDocument> document_;
    mutable QPersistentModelIndex place_;  // of the cue that is written
    mutable std::optional<Cue> before_;
};

}  // namespace sightline
