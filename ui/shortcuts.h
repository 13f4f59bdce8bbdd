// The keys of the window's actions, as the user wants them.
#pragma once

#include <QAction>
#include <QList>

class QWidget;

namespace sightline {

// UI thread only. Actions are known by their objectName; actions of one name (on several pages) share their keys.
namespace shortcuts {

// The window's actions that keys can be given, in the order of their texts.
QList<QAction*> actionsOf(const QWidget* window);

QString labelOf(const QAction* action);  // its text without mnemonics

// Remembers what the actions came with, and gives them the keys that the window's settings hold. Call it once, when the
// window is complete.
void applyStored(const QWidget* window);

QKeySequence defaultOf(const QAction* action);
void set(const QWidget* window, const QString& name, const QKeySequence& keys);  // and stores it

// The action that has these keys, other than those named `except`; null when they are free.
const QAction* userOf(const QWidget* window, const QKeySequence& keys, const QString& except);

}  // namespace shortcuts
}  // namespace sightline
