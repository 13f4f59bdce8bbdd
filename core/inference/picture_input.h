// What a network wants of a picture, as its bundle says.
#pragma once

#include <cstdint>

namespace sightline {

enum class Resizing : std::uint8_t {
    Squash,       // to a square, whatever the picture's shape
    ShorterSide,  // in its own shape
};

enum class ResizeFilter : std::uint8_t {
    Area,      // averages when shrinking, bilinear when enlarging
    Bilinear,  // from here on as Pillow computes them
    Bicubic,
    Lanczos,
};

struct PictureInput {
    int size = 0;  // pixels, square
    Resizing resizing = Resizing::Squash;
    int resized = 0;  // side, or shorter side, before the centre is cut out; at least `size`. Area: the same as `size`
    ResizeFilter filter = ResizeFilter::Area;
    bool bgr = false;  // order of the colours, else RGB

    bool operator==(const PictureInput&) const = default;
};

// The whole picture squashed, by area.
constexpr PictureInput squashed(int size) { return {size, Resizing::Squash, size, ResizeFilter::Area, false}; }

}  // namespace sightline
