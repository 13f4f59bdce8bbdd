// The style's symbols of players, which are black, in the colour of the text beside them.
#pragma once

#include <QIcon>
#include <QStyle>

namespace sightline {

// UI thread only. Follows the palette when that changes.
QIcon mediaIcon(QStyle::StandardPixmap symbol);

}  // namespace sightline
