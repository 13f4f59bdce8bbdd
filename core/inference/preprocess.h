// From a picture to the network's input.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/inference/picture_input.h"
#include "core/media/image.h"

namespace sightline {

// Resizes the picture as the network wants it, cuts out its centre and drops alpha: uint8 RGB (BGR where `input` says
// so), rows top to bottom, channels interleaved (a [1,3,size,size] tensor in channels-last layout), as `prepare` in
// models/sightline_models/pictures.py: the same bytes, but that enlarging by ResizeFilter::Area may be 1 level apart.
// Normalisation is inside the network. The picture is at most 65,000 pixels wide and high. `rgb` is resized and filled.
// Any thread.
void preprocess(const Image& image, const PictureInput& input, std::vector<std::uint8_t>& rgb);

}  // namespace sightline
