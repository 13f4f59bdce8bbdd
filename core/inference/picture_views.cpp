#include "core/inference/picture_views.h"

#include <algorithm>
#include <cmath>

#include "core/inference/preprocess.h"

namespace sightline {
namespace {

constexpr double kMiddleShare = 0.85;  // of width and height
constexpr int kChannels = 3;

Image middleOf(const Image& image) {
    const auto inside = [](int length) { return std::max(1, static_cast<int>(std::lround(length * kMiddleShare))); };
    Image middle(inside(image.width()), inside(image.height()));
    const int left = (image.width() - middle.width()) / 2;
    const int top = (image.height() - middle.height()) / 2;
    for (int y = 0; y < middle.height(); ++y) {
        std::copy_n(image.row(top + y) + static_cast<std::ptrdiff_t>(left) * Image::kChannels, middle.strideBytes(),
                    middle.data() + static_cast<std::ptrdiff_t>(y) * middle.strideBytes());
    }
    return middle;
}

void mirror(std::vector<std::uint8_t>& rgb, int size) {
    const auto rowBytes = static_cast<std::ptrdiff_t>(size) * kChannels;
    for (auto row = rgb.begin(); row != rgb.end(); row += rowBytes) {
        for (int left = 0, right = size - 1; left < right; ++left, --right) {
            std::swap_ranges(row + left * kChannels, row + (left + 1) * kChannels, row + right * kChannels);
        }
    }
}

}  // namespace

void preprocessView(const Image& image, int view, int size, std::vector<std::uint8_t>& rgb) {
    const bool middle = view >= 2;
    const bool mirrored = view % 2 == 1;
    if (middle) {
        preprocess(middleOf(image), size, rgb);
    } else {
        preprocess(image, size, rgb);
    }
    if (mirrored) {
        mirror(rgb, size);
    }
}

}  // namespace sightline
