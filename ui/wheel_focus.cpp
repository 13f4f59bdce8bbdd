#include "ui/wheel_focus.h"

#include <QAbstractSpinBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QEvent>
#include <QSlider>

namespace sightline {
namespace {

bool turns(const QObject* widget) {
    return qobject_cast<const QComboBox*>(widget) || qobject_cast<const QAbstractSpinBox*>(widget) ||
           qobject_cast<const QSlider*>(widget);
}

}  // namespace

WheelFocus::WheelFocus(QObject* parent) : QObject(parent) { QCoreApplication::instance()->installEventFilter(this); }

bool WheelFocus::eventFilter(QObject* watched, QEvent* event) {
    const bool isWheel = event->type() == QEvent::Wheel;
    if ((!isWheel && event->type() != QEvent::Polish) || !turns(watched)) {
        return false;
    }
    auto* field = static_cast<QWidget*>(watched);
    if (isWheel && !field->hasFocus()) {
        event->ignore();  // what lies around it scrolls
        return true;
    }
    if (!isWheel && field->focusPolicy() == Qt::WheelFocus) {
        field->setFocusPolicy(Qt::StrongFocus);
    }
    return false;
}

}  // namespace sightline
