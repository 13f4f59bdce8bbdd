#include "ui/video/find_dialog.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include "ui/video/cue_panel.h"

namespace sightline {

FindDialog::FindDialog(CuePanel* panel, QWidget* parent)
    : QDialog(parent), panel_(panel), text_(new QLineEdit(this)), replacement_(new QLineEdit(this)),
      regular_(new QCheckBox(tr("Regular expression"), this)), matchCase_(new QCheckBox(tr("Match case"), this)),
      message_(new QLabel(this)) {
    setObjectName("findDialog");
    setWindowTitle(tr("Find and replace"));
    text_->setObjectName("findText");
    replacement_->setObjectName("findReplacement");
    regular_->setObjectName("findRegular");
    regular_->setToolTip(tr("Groups in parentheses are \\1, \\2 … in the replacement"));
    matchCase_->setObjectName("findMatchCase");
    message_->setObjectName("findMessage");
    message_->setWordWrap(true);
    auto* form = new QFormLayout(this);
    form->addRow(tr("Find"), text_);
    form->addRow(tr("Replace by"), replacement_);
    form->addRow(regular_);
    form->addRow(matchCase_);
    form->addRow(message_);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    const auto add = [&](const QString& label, const char* name, void (FindDialog::*call)()) {
        auto* button = buttons->addButton(label, QDialogButtonBox::ActionRole);
        button->setObjectName(name);
        connect(button, &QPushButton::clicked, this, call);
        return button;
    };
    add(tr("Find next"), "findNext", &FindDialog::find)->setDefault(true);
    add(tr("Replace"), "replaceOne", &FindDialog::replace);
    add(tr("Replace all"), "replaceAll", &FindDialog::replaceAll);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    form->addRow(buttons);
}

void FindDialog::setDocument(ProjectDocument* document) {
    document_ = document;
    if (!document) {
        hide();
    }
}

void FindDialog::open() {
    message_->clear();
    show();
    raise();
    activateWindow();
    text_->setFocus();
    text_->selectAll();
}

QRegularExpression FindDialog::pattern() {
    const QRegularExpression pattern =
        TextSearch{text_->text(), regular_->isChecked(), matchCase_->isChecked()}.pattern();
    message_->clear();
    if (!pattern.isValid()) {
        message_->setText(tr("This is no regular expression: %1 (at character %2)")
                              .arg(pattern.errorString())
                              .arg(pattern.patternErrorOffset() + 1));
    }
    return pattern;
}

void FindDialog::find() {
    const QRegularExpression pattern = this->pattern();
    if (!document_ || !pattern.isValid() || text_->text().isEmpty()) {
        return;
    }
    const int row = findNext(document_->cues(), pattern, panel_->currentRow());
    if (row < 0) {
        message_->setText(tr("No caption has this text."));
    } else {
        panel_->setCurrentRow(row);
    }
}

void FindDialog::replace() {
    const QRegularExpression pattern = this->pattern();
    const int row = panel_->currentRow();
    if (!document_ || !pattern.isValid() || text_->text().isEmpty()) {
        return;
    }
    if (row >= 0) {
        int replaced = 0;
        document_->endTyping();
        document_->edit(tr("Replace"),
                        replaceInCues(document_->cues(), pattern, replacement_->text(), row, 1, replaced));
    }
    find();
}

void FindDialog::replaceAll() {
    const QRegularExpression pattern = this->pattern();
    if (!document_ || !pattern.isValid() || text_->text().isEmpty()) {
        return;
    }
    int replaced = 0;
    document_->endTyping();
    document_->edit(tr("Replace all"), replaceInCues(document_->cues(), pattern, replacement_->text(), 0,
                                                     static_cast<int>(document_->cues().size()), replaced));
    message_->setText(tr("%n caption(s) changed.", nullptr, replaced));
}

}  // namespace sightline
