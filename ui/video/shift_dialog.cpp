#include "ui/video/shift_dialog.h"

#include <QButtonGroup>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

#include "ui/video/cue_model.h"

namespace sightline {

ShiftDialog::ShiftDialog(ProjectDocument* document, int first, int count, QWidget* parent)
    : QDialog(parent), document_(document), first_(first), count_(count), amount_(new QLineEdit(this)),
      earlier_(new QRadioButton(tr("Earlier"), this)), selected_(new QRadioButton(tr("The selected cues"), this)),
      following_(new QRadioButton(tr("The selected cue and all that follow"), this)) {
    setObjectName("shiftDialog");
    setWindowTitle(tr("Shift times"));
    setAttribute(Qt::WA_DeleteOnClose);
    amount_->setObjectName("shiftAmount");
    amount_->setText(QStringLiteral("0:00.500"));
    amount_->setAccessibleName(tr("Time to shift by"));
    earlier_->setObjectName("shiftEarlier");
    selected_->setObjectName("shiftSelected");
    following_->setObjectName("shiftFollowing");
    auto* later = new QRadioButton(tr("Later"), this);
    later->setObjectName("shiftLater");
    auto* all = new QRadioButton(tr("All cues"), this);
    all->setObjectName("shiftAll");
    selected_->setEnabled(count > 0);
    following_->setEnabled(count > 0);
    auto* direction = new QButtonGroup(this);
    auto* scope = new QButtonGroup(this);
    auto* column = new QVBoxLayout;
    for (QRadioButton* button : {later, earlier_}) {
        direction->addButton(button);
    }
    for (QRadioButton* button : {all, following_, selected_}) {
        scope->addButton(button);
        column->addWidget(button);
    }
    // Once they are in their groups: before, all of them are one.
    later->setChecked(true);
    all->setChecked(true);
    auto* form = new QFormLayout(this);
    form->addRow(tr("Shift by"), amount_);
    auto* directions = new QHBoxLayout;
    directions->addWidget(later);
    directions->addWidget(earlier_);
    form->addRow(QString(), directions);
    form->addRow(tr("What"), column);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    form->addRow(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &ShiftDialog::shift);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(amount_, &QLineEdit::textChanged, this, [buttons](const QString& text) {
        buttons->button(QDialogButtonBox::Ok)->setEnabled(parseTime(text) > MediaTime::zero());
    });
}

void ShiftDialog::shift() {
    const MediaTime by = earlier_->isChecked() ? -parseTime(amount_->text()) : parseTime(amount_->text());
    if (document_) {
        const Cues& cues = document_->cues();
        const auto first = static_cast<std::size_t>(first_);
        document_->endTyping();
        document_->edit(tr("Shift times"), selected_->isChecked()
                                               ? shiftCues(cues, first, static_cast<std::size_t>(count_), by)
                                           : following_->isChecked() ? shiftFollowing(cues, first, by)
                                                                     : shiftCues(cues, 0, cues.size(), by));
    }
    accept();
}

}  // namespace sightline
