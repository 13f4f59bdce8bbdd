#include "ui/player/focus_mark.h"

#include <QEvent>
#include <QPainter>

namespace sightline {
namespace {

constexpr int kWidth = 2;

}  // namespace

FocusMark::FocusMark(QWidget* target) : QWidget(target) {
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    hide();
    target->installEventFilter(this);
}

bool FocusMark::eventFilter(QObject* watched, QEvent* event) {
    auto* target = static_cast<QWidget*>(watched);
    switch (event->type()) {
        case QEvent::FocusIn:
        case QEvent::FocusOut:
        case QEvent::Resize:
        case QEvent::Show:
            setGeometry(target->rect());
            setVisible(target->hasFocus());
            raise();
            break;
        default: break;
    }
    return false;
}

void FocusMark::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setPen(QPen(palette().color(QPalette::Highlight), kWidth, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.drawRect(rect().adjusted(kWidth / 2, kWidth / 2, -kWidth / 2, -kWidth / 2));
}

}  // namespace sightline
