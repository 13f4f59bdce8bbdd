// Frames as pictures of Qt.
#pragma once

#include <algorithm>

#include <QImage>

#include "core/media/frame.h"

namespace sightline {

// Shares the pixels; valid as long as they are.
inline QImage sharedPixels(const Image& image) {
    return {image.data(), image.width(), image.height(), image.strideBytes(), QImage::Format_RGB32};
}

// With square pixels; shares those of an image whose own are. `pixelAspect`: width of a pixel over its height.
inline QImage upright(const Image& image, double pixelAspect) {
    const QImage pixels = sharedPixels(image);
    const int width = std::max(1, qRound(pixels.width() * pixelAspect));
    return width == pixels.width()
               ? pixels
               : pixels.scaled(width, pixels.height(), Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
}

inline QImage upright(const Frame& frame) { return upright(frame.image, frame.pixelAspect); }

}  // namespace sightline
