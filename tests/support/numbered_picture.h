// Reads the numbers that tests/fixture_tool.py writes into pictures.
#pragma once

#include "core/media/image.h"

namespace sightline::test {

// -1 where the blocks are no number: mirrored, upside down, or too damaged.
int readPictureNumber(const Image& image);

}  // namespace sightline::test
