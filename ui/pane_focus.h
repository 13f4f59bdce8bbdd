// The focus goes from one part of a page to the next by one key.
#pragma once

#include <QList>
#include <QWidget>

namespace sightline {

// UI thread only. From the pane that has the focus to the next one shown, or with `step` -1 to the one before. A pane
// gets the focus where it had it last, else at its first widget that the Tab key reaches.
void moveToPane(const QList<QWidget*>& panes, int step);

}  // namespace sightline
