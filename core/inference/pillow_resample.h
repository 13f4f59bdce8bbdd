// Resizes pictures as the Python library Pillow does, on which imported networks were trained.
#pragma once

#include <cstdint>

#include "core/inference/picture_input.h"
#include "core/media/image.h"

namespace sightline {

// A square cut out of a resized picture; it lies inside.
struct ResampledSquare {
    int width = 0;  // of the whole picture, resized
    int height = 0;
    int left = 0;
    int top = 0;
    int size = 0;
};

// Writes the square as RGB bytes, rows top to bottom, channels interleaved: the same bytes as
// Image.resize((width, height)).crop(...) in Pillow. `filter`: not Area. Any thread.
void resampleAsPillow(const Image& image, const ResampledSquare& square, ResizeFilter filter, std::uint8_t* rgb);

}  // namespace sightline
