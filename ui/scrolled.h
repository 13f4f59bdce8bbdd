// Content that scrolls where the window is too small for it.
#pragma once

class QScrollArea;
class QWidget;

namespace sightline {

// Takes the content; shows no frame and no bars while all of it fits.
QScrollArea* scrolled(QWidget* content);

}  // namespace sightline
