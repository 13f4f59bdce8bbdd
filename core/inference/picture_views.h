// Ways to look at one picture.
#pragma once

#include <cstdint>
#include <vector>

#include "core/media/image.h"

namespace sightline {

// The whole picture, the whole mirrored, its middle, its middle mirrored.
inline constexpr int kMostViews = 4;

// Fills `rgb` with view `view`, 0 to kMostViews - 1, as preprocess() does with the whole. Any thread.
void preprocessView(const Image& image, int view, int size, std::vector<std::uint8_t>& rgb);

}  // namespace sightline
