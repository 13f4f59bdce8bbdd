// Where the window opens: within a screen, as it was left on that screen.
#pragma once

#include <QRect>

class QWidget;

namespace sightline {

// What the window may shrink to: 640 x 400, or less on a screen that has no room for it.
QSize leastWindowSize(const QRect& available);

// `wanted`, shrunk and moved to lie with its frame within what a screen has free.
QRect placeWithin(const QRect& wanted, const QRect& available);

// The size that a dialog opens with: `wanted`, or what its screen has room for.
QSize sizeOnScreen(const QWidget& dialog, const QSize& wanted);

// Before the window is shown: its least size, and the place and maximised state it was left with on the screen it was
// last on; at first the middle of the main screen. Stored in the window's settings, per screen.
void restorePlace(QWidget& window);
void keepPlace(const QWidget& window);

}  // namespace sightline
