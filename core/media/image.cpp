#include "core/media/image.h"

namespace sightline {

Image::Image(int width, int height)
    : width_(width), height_(height),
      pixels_(std::make_unique_for_overwrite<std::uint8_t[]>(sizeBytes() + kTailBytes)) {}

std::size_t Image::sizeBytes() const {
    return static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_) * kChannels;
}

const std::uint8_t* Image::row(int y) const {
    return pixels_.get() + static_cast<std::size_t>(y) * static_cast<std::size_t>(strideBytes());
}

}  // namespace sightline
