#include "core/inference/pillow_resample.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

namespace sightline {
namespace {

// Pillow's fixed point: weights have 22 bits behind the point, so that 8-bit sums fit into 32 bits (Resample.c).
constexpr int kFractionBits = 22;
constexpr int kHalf = 1 << (kFractionBits - 1);
constexpr int kColours = 3;

// What a source pixel weighs by its distance from the target's centre, and how far it reaches, both at enlarging.
struct Kernel {
    double support;
    double (*weight)(double);
};

double triangle(double x) { return std::max(0.0, 1.0 - std::abs(x)); }

double cubic(double x) {
    constexpr double a = -0.5;
    x = std::abs(x);
    if (x < 1.0) {
        return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
    }
    return x < 2.0 ? (((x - 5) * x + 8) * x - 4) * a : 0.0;
}

double sinc(double x) { return x == 0.0 ? 1.0 : std::sin(x * M_PI) / (x * M_PI); }

double lanczos(double x) { return -3.0 <= x && x < 3.0 ? sinc(x) * sinc(x / 3) : 0.0; }

Kernel kernelOf(ResizeFilter filter) {
    switch (filter) {
        case ResizeFilter::Lanczos: return {3.0, lanczos};
        case ResizeFilter::Bicubic: return {2.0, cubic};
        default: return {1.0, triangle};
    }
}

// The source pixels that one target pixel is made of.
struct Taps {
    int first = 0;
    std::vector<int> weights;
};

// Of target pixels begin to begin + count - 1, when `source` pixels become `target`.
std::vector<Taps> tapsOf(int source, int target, int begin, int count, ResizeFilter filter) {
    const Kernel kernel = kernelOf(filter);
    const double scale = static_cast<double>(source) / target;
    const double stretch = std::max(scale, 1.0);
    const double support = kernel.support * stretch;
    std::vector<Taps> result(static_cast<std::size_t>(count));
    std::vector<double> weights;
    for (int i = 0; i < count; ++i) {
        const double centre = (begin + i + 0.5) * scale;
        const int first = std::max(0, static_cast<int>(centre - support + 0.5));
        const int end = std::min(source, static_cast<int>(centre + support + 0.5));
        double sum = 0.0;
        weights.clear();
        for (int x = first; x < end; ++x) {
            const double at = (x - centre + 0.5) * (1.0 / stretch);
            weights.push_back(kernel.weight(at));
            sum += weights.back();
        }
        Taps& taps = result[static_cast<std::size_t>(i)];
        taps.first = first;
        for (const double weight : weights) {
            const double fixed = (sum != 0.0 ? weight * (1.0 / sum) : weight) * (1 << kFractionBits);
            taps.weights.push_back(static_cast<int>(fixed < 0 ? fixed - 0.5 : fixed + 0.5));
        }
    }
    return result;
}

std::uint8_t rounded(int sum) { return static_cast<std::uint8_t>(std::clamp(sum >> kFractionBits, 0, 255)); }

void resampleRow(const std::uint8_t* row, const std::vector<Taps>& columns, std::uint8_t* rgb) {
    for (const Taps& taps : columns) {
        std::array<int, Image::kChannels> bgra{kHalf, kHalf, kHalf, kHalf};
        const std::uint8_t* pixel = row + static_cast<std::ptrdiff_t>(taps.first) * Image::kChannels;
        for (const int weight : taps.weights) {
            for (std::size_t c = 0; c < bgra.size(); ++c) {
                bgra[c] += pixel[c] * weight;
            }
            pixel += Image::kChannels;
        }
        for (int c = kColours - 1; c >= 0; --c) {
            *rgb++ = rounded(bgra[static_cast<std::size_t>(c)]);
        }
    }
}

}  // namespace

void resampleAsPillow(const Image& image, const ResampledSquare& square, ResizeFilter filter, std::uint8_t* rgb) {
    const auto columns = tapsOf(image.width(), square.width, square.left, square.size, filter);
    const auto rows = tapsOf(image.height(), square.height, square.top, square.size, filter);
    const int first = rows.front().first;
    const int end = rows.back().first + static_cast<int>(rows.back().weights.size());
    const auto line = static_cast<std::size_t>(square.size) * kColours;
    std::vector<std::uint8_t> narrowed(line * static_cast<std::size_t>(end - first));
    for (int y = first; y < end; ++y) {
        resampleRow(image.row(y), columns, narrowed.data() + line * static_cast<std::size_t>(y - first));
    }
    std::vector<int> sums(line);
    for (const Taps& taps : rows) {
        std::ranges::fill(sums, kHalf);
        const std::uint8_t* from = narrowed.data() + line * static_cast<std::size_t>(taps.first - first);
        for (const int weight : taps.weights) {
            for (std::size_t i = 0; i < line; ++i) {
                sums[i] += from[i] * weight;
            }
            from += line;
        }
        rgb = std::ranges::transform(sums, rgb, rounded).out;
    }
}

}  // namespace sightline
