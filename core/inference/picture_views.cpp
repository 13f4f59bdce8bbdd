#include "core/inference/picture_views.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace sightline {
namespace {

constexpr double kMiddleShare = 0.85;  // of width and height

Image centreOf(const Image& image, int width, int height) {
    Image centre(width, height);
    const int left = (image.width() - width) / 2;
    const int top = (image.height() - height) / 2;
    for (int y = 0; y < height; ++y) {
        std::memcpy(centre.data() + static_cast<std::ptrdiff_t>(y) * centre.strideBytes(),
                    image.row(top + y) + static_cast<std::ptrdiff_t>(left) * Image::kChannels,
                    static_cast<std::size_t>(centre.strideBytes()));
    }
    return centre;
}

Image mirrored(const Image& image) {
    Image result(image.width(), image.height());
    for (int y = 0; y < image.height(); ++y) {
        const std::uint8_t* from = image.row(y);
        std::uint8_t* to = result.data() + static_cast<std::ptrdiff_t>(y + 1) * result.strideBytes();
        for (int x = 0; x < image.width(); ++x) {
            to -= Image::kChannels;
            std::memcpy(to, from, Image::kChannels);
            from += Image::kChannels;
        }
    }
    return result;
}

}  // namespace

Image pictureView(const Image& image, int view) {
    const int side = std::min(image.width(), image.height());
    const auto middle = [](int length) { return std::max(1, static_cast<int>(std::lround(length * kMiddleShare))); };
    switch (view) {
        case 1: return mirrored(image);
        case 2: return image.width() == image.height() ? Image() : centreOf(image, side, side);
        case 3: return centreOf(image, middle(image.width()), middle(image.height()));
        default: return {};
    }
}

}  // namespace sightline
