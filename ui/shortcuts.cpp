#include "ui/shortcuts.h"

#include <algorithm>

#include <QWidget>

#include "ui/window_settings.h"

namespace sightline::shortcuts {
namespace {

constexpr const char* kDefault = "defaultShortcut";  // property

QString keyOf(const QString& name) { return QStringLiteral("shortcuts/") + name; }

}  // namespace

QList<QAction*> actionsOf(const QWidget* window) {
    QList<QAction*> actions;
    for (QAction* action : window->findChildren<QAction*>()) {
        if (action->property(kDefault).isValid()) {
            actions << action;
        }
    }
    std::ranges::stable_sort(actions, [](const QAction* a, const QAction* b) {
        return QString::localeAwareCompare(labelOf(a), labelOf(b)) < 0;
    });
    return actions;
}

QString labelOf(const QAction* action) {
    return action->text().remove(QLatin1Char('&')).remove(QChar(0x2026));  // ellipsis
}

void applyStored(const QWidget* window) {
    const auto settings = windowSettings();
    for (QAction* action : window->findChildren<QAction*>()) {
        const QString name = action->objectName();
        if (name.isEmpty() || name.startsWith(QLatin1String("qt_")) || action->isSeparator() ||
            action->text().isEmpty()) {
            continue;
        }
        action->setProperty(kDefault, QVariant::fromValue(action->shortcut()));
        if (const QVariant stored = settings->value(keyOf(name)); stored.isValid()) {
            action->setShortcut(QKeySequence::fromString(stored.toString(), QKeySequence::PortableText));
        }
    }
}

QKeySequence defaultOf(const QAction* action) { return action->property(kDefault).value<QKeySequence>(); }

void set(const QWidget* window, const QString& name, const QKeySequence& keys) {
    for (QAction* action : actionsOf(window)) {
        if (action->objectName() == name) {
            action->setShortcut(keys);
            if (keys == defaultOf(action)) {
                windowSettings()->remove(keyOf(name));
            } else {
                windowSettings()->setValue(keyOf(name), keys.toString(QKeySequence::PortableText));
            }
        }
    }
}

const QAction* userOf(const QWidget* window, const QKeySequence& keys, const QString& except) {
    const auto actions = actionsOf(window);
    const auto found = std::ranges::find_if(actions, [&](const QAction* action) {
        return !keys.isEmpty() && action->shortcut() == keys && action->objectName() != except;
    });
    return found == actions.end() ? nullptr : *found;
}

}  // namespace sightline::shortcuts
