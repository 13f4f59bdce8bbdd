// Small pictures that tests compute, and views of photographs.
#pragma once

#include <cstdint>

#include "core/media/image.h"

namespace sightline::test {

inline constexpr int kPictureWidth = 64;
inline constexpr int kPictureHeight = 36;

// A smooth random texture, another one for each seed.
Image texture(unsigned seed);

Image plain(std::uint8_t value);

// `a` with a share (0..1) of it replaced by `b`; both of one size.
Image mix(const Image& a, const Image& b, double share);

// What a camera sees of a photograph: a window of this width, its upper left corner at (left, top), all in pixels.
Image view(const Image& photograph, double left, double top, double width);

}  // namespace sightline::test
