// From a picture to the network's input.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/media/image.h"

namespace sightline {

// Squashes the whole picture to size x size and drops alpha: uint8 RGB, rows top to bottom, channels interleaved
// (a [1,3,size,size] tensor in channels-last layout). Area averaging when shrinking, bilinear when enlarging, as
// `resize` in models/sightline_models/dataset.py; the two differ by at most 1 level per value. Normalisation is inside
// the network. `rgb` is resized and filled. Any thread.
void preprocess(const Image& image, int size, std::vector<std::uint8_t>& rgb);

}  // namespace sightline
