#include "ui/message_bar.h"

#include <algorithm>

#include <QBoxLayout>
#include <QLabel>
#include <QPushButton>

#include "core/base/logging.h"
#include "ui/player/flow_layout.h"

namespace sightline {

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent), label_(new QLabel(this)), row_(new QBoxLayout(QBoxLayout::LeftToRight, this)),
      answers_(new QWidget(this)) {
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
    (new FlowLayout(answers_))->setContentsMargins(0, 0, 0, 0);
    row_->addWidget(answers_);
    hide();
}

void MessageBar::ask(const QString& text, const Answers& answers) {
    for (QWidget* button : std::exchange(buttons_, {})) {
        answers_->layout()->removeWidget(button);
        button->hide();
        button->deleteLater();
    }
    if (this->text() != text) {
        logger("ui")->info("Tells: {}", text.toStdString());
    }
    label_->setText(text);
    for (const auto& [label, call] : answers) {
        auto* button = new QPushButton(label, answers_);
        button->setObjectName(QStringLiteral("messageAnswer%1").arg(buttons_.size() + 1));
        button->setFocusPolicy(Qt::TabFocus);  // a click leaves the focus where people work
        answers_->layout()->addWidget(button);
        button->show();  // else it counts for nothing before the bar is shown
        buttons_ << button;
        connect(button, &QPushButton::clicked, this, [this, call = call] {
            hide();
            call();
        });
    }
    arrange();
    show();
}

void MessageBar::resizeEvent(QResizeEvent* event) {
    QFrame::resizeEvent(event);
    arrange();
}

void MessageBar::arrange() {
    const int buttons = answers_->layout()->sizeHint().width();
    const bool narrow = 2 * buttons > width();
    row_->setDirection(narrow ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    answers_->setMinimumWidth(narrow ? 0 : std::max(0, buttons));
}

QString MessageBar::text() const { return isHidden() ? QString() : label_->text(); }

}  // namespace sightline
