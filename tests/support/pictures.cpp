#include "tests/support/pictures.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

namespace sightline::test {
namespace {

struct Wave {
    double across = 0.0;
    double down = 0.0;
    double phase = 0.0;
    double height = 0.0;
};

}  // namespace

Image texture(unsigned seed) {
    constexpr double kTurn = 2 * std::numbers::pi;
    std::mt19937 random(seed);
    // Not std::uniform_real_distribution: its values differ between libraries.
    const auto uniform = [&](double from, double to) {
        return from + (to - from) * static_cast<double>(random()) / static_cast<double>(std::mt19937::max());
    };
    Wave waves[3][4];
    for (auto& channel : waves) {
        for (Wave& wave : channel) {
            wave = {uniform(1, 6) / kPictureWidth, uniform(1, 6) / kPictureWidth, uniform(0, kTurn), uniform(18, 26)};
        }
    }
    Image image(kPictureWidth, kPictureHeight);
    std::uint8_t* pixel = image.data();
    for (int y = 0; y < kPictureHeight; ++y) {
        for (int x = 0; x < kPictureWidth; ++x, pixel += Image::kChannels) {
            for (int channel = 0; channel < 3; ++channel) {
                double value = 128.0;
                for (const Wave& wave : waves[channel]) {
                    value += wave.height * std::sin(kTurn * (wave.across * x + wave.down * y) + wave.phase);
                }
                pixel[channel] = static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0));
            }
            pixel[3] = 255;
        }
    }
    return image;
}

Image plain(std::uint8_t value) {
    Image image(kPictureWidth, kPictureHeight);
    std::fill_n(image.data(), image.sizeBytes(), value);
    return image;
}

Image mix(const Image& a, const Image& b, double share) {
    Image image(a.width(), a.height());
    for (std::size_t i = 0; i < image.sizeBytes(); ++i) {
        image.data()[i] = static_cast<std::uint8_t>(std::lround((1 - share) * a.data()[i] + share * b.data()[i]));
    }
    return image;
}

Image view(const Image& photograph, double left, double top, double width) {
    Image image(kPictureWidth, kPictureHeight);
    const double step = width / kPictureWidth;
    const auto at = [step](double origin, int i, int size) {
        return std::clamp(static_cast<int>(origin + (i + 0.5) * step), 0, size - 1);
    };
    for (int y = 0; y < kPictureHeight; ++y) {
        const std::uint8_t* row = photograph.row(at(top, y, photograph.height()));
        for (int x = 0; x < kPictureWidth; ++x) {
            std::copy_n(row + at(left, x, photograph.width()) * Image::kChannels, Image::kChannels,
                        image.data() + (y * kPictureWidth + x) * Image::kChannels);
        }
    }
    return image;
}

}  // namespace sightline::test
