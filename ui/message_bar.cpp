#include "ui/message_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace sightline {

MessageBar::MessageBar(QWidget* parent) : QFrame(parent), label_(new QLabel(this)), row_(new QHBoxLayout(this)) {
    setObjectName("messageBar");
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::ToolTipBase);
    setForegroundRole(QPalette::ToolTipText);
    label_->setObjectName("messageText");
    label_->setForegroundRole(QPalette::ToolTipText);
    label_->setWordWrap(true);
    row_->setContentsMargins(10, 4, 6, 4);
    row_->addWidget(label_, 1);
    hide();
}

void MessageBar::ask(const QString& text, const Answers& answers) {
    for (QWidget* button : std::exchange(buttons_, {})) {
        button->deleteLater();
    }
    label_->setText(text);
    for (const auto& [label, call] : answers) {
        auto* button = new QPushButton(label, this);
        button->setObjectName(QStringLiteral("messageAnswer%1").arg(buttons_.size() + 1));
        button->setFocusPolicy(Qt::TabFocus);  // a click leaves the focus where people work
        row_->addWidget(button);
        buttons_ << button;
        connect(button, &QPushButton::clicked, this, [this, call = call] {
            hide();
            call();
        });
    }
    show();
}

QString MessageBar::text() const { return isHidden() ? QString() : label_->text(); }

}  // namespace sightline
