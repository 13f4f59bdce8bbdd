// From a picture to the network's input.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/media/image.h"

namespace sightline {

// Squashes the whole picture to size x size and drops alpha: uint8 RGB, rows top to bottom, channels interleaved
// (a [1,3,size,size] tensor in channels-last layout). Area averaging when shrinking, bilinear when enlarging, as
// `resize` in models/sightline_models/dataset.py: the same bytes when shrinking, at most 1 level apart when enlarging.
// Normalisation is inside the network. The picture is at most 65,000 pixels wide and high. `rgb` is resized and filled.
// Any thread.
void preprocess(const Image& image, int size, std::vector<std::uint8_t>& rgb);

}  // namespace sightline
