#include "ui/button_keys.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QCoreApplication>
#include <QKeyEvent>

namespace sightline {

ButtonKeys::ButtonKeys(QObject* parent) : QObject(parent) { QCoreApplication::instance()->installEventFilter(this); }

bool ButtonKeys::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::ShortcutOverride) {
        return false;
    }
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool isPressed = qobject_cast<QAbstractButton*>(watched) || qobject_cast<QComboBox*>(watched);
    if (key->key() != Qt::Key_Space || key->modifiers() != Qt::NoModifier || !isPressed) {
        return false;
    }
    event->accept();  // no shortcut: the widget gets the key
    return true;
}

}  // namespace sightline
