// A frame shrunk to a few numbers: what shot detection and sampling compare instead of pictures.
#pragma once

#include <array>

#include "core/media/frame_source.h"

namespace sightline {

// Luma and two colour differences (BT.601, 0..255 and -128..127) of a grid of cells, each the mean of points spread
// over it.
struct FrameSignature {
    static constexpr int kColumns = 32;
    static constexpr int kRows = 18;
    static constexpr int kCells = kColumns * kRows;

    std::array<float, 3 * kCells> values{};  // all luma, then Cb, then Cr

    static FrameSignature of(const Image& image);
    static FrameSignature of(const FrameGlimpse& glimpse);  // the same, of its points where it has some
};

// Mean absolute difference of all values, 0..255.
double difference(const FrameSignature& a, const FrameSignature& b);

// Pearson correlation of the luma where either is not black, -1..1; 0 when one has no contrast.
double correlation(const FrameSignature& a, const FrameSignature& b);

// Mean and standard deviation of the luma inside the black bars, if there are any.
struct Brightness {
    double mean = 0.0;
    double deviation = 0.0;
};
Brightness brightness(const FrameSignature& signature);

// Black or white all over.
bool isBlank(const Brightness& light);

}  // namespace sightline
