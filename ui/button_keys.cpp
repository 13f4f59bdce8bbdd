#include "ui/button_keys.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QKeyEvent>
#include <QTabBar>

namespace sightline {
namespace {

bool isStep(const QKeyEvent& key) {
    const bool plain = key.modifiers() == Qt::NoModifier || key.modifiers() == Qt::ShiftModifier;
    return plain && (key.key() == Qt::Key_Left || key.key() == Qt::Key_Right || key.key() == Qt::Key_Home ||
                     key.key() == Qt::Key_End);
}

// Widgets that these keys move within; the table of cues leaves them to playback.
bool movesBySteps(const QObject* widget) {
    return qobject_cast<const QAbstractSlider*>(widget) || qobject_cast<const QComboBox*>(widget) ||
           qobject_cast<const QTabBar*>(widget) || qobject_cast<const QAbstractSpinBox*>(widget) ||
           (qobject_cast<const QAbstractItemView*>(widget) && widget->objectName() != QLatin1String("cues"));
}

}  // namespace

ButtonKeys::ButtonKeys(QObject* parent) : QObject(parent) { QCoreApplication::instance()->installEventFilter(this); }

bool ButtonKeys::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::ShortcutOverride) {
        return false;
    }
    const auto* key = static_cast<QKeyEvent*>(event);
    if (isStep(*key) && movesBySteps(watched)) {
        event->accept();
        return true;
    }
    const bool isPressed = qobject_cast<QAbstractButton*>(watched) || qobject_cast<QComboBox*>(watched);
    if (key->key() != Qt::Key_Space || key->modifiers() != Qt::NoModifier || !isPressed) {
        return false;
    }
    event->accept();  // no shortcut: the widget gets the key
    return true;
}

}  // namespace sightline
