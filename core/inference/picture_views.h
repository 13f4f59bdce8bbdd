// Ways to look at one picture.
#pragma once

#include "core/media/image.h"

namespace sightline {

// The whole picture, the whole mirrored, the square in its centre, its middle.
inline constexpr int kMostViews = 4;

// View `view`, 0 to kMostViews - 1, of a picture that is not empty. Empty where it would show what another view does:
// the first is the picture itself, and a square picture has no other square. Any thread.
Image pictureView(const Image& image, int view);

}  // namespace sightline
