#include "core/scenes/frame_signature.h"

#include <algorithm>
#include <cmath>

namespace sightline {
namespace {

constexpr int kPoints = 4;  // a side, in each cell: 9,216 pixels of a frame, whatever its size

constexpr double kBlack = 20.0;  // mean luma of a black frame; studio black with noise is about 16
constexpr double kWhite = 235.0;
constexpr double kBlankDeviation = 5.0;
constexpr float kBarLuma = 18.0F;  // of the black bars around a picture of another shape

// Columns [left, right) and rows [top, bottom) that are not bars.
struct Area {
    int left = 0;
    int right = FrameSignature::kColumns;
    int top = 0;
    int bottom = FrameSignature::kRows;
};

float luma(const FrameSignature& signature, int x, int y) {
    return signature.values[static_cast<std::size_t>(y * FrameSignature::kColumns + x)];
}

Area shownArea(const FrameSignature& signature) {
    Area area;
    const auto isBarRow = [&](int y) {
        for (int x = 0; x < FrameSignature::kColumns; ++x) {
            if (luma(signature, x, y) > kBarLuma) {
                return false;
            }
        }
        return true;
    };
    const auto isBarColumn = [&](int x) {
        for (int y = 0; y < FrameSignature::kRows; ++y) {
            if (luma(signature, x, y) > kBarLuma) {
                return false;
            }
        }
        return true;
    };
    // At most a third on each side; the cells beside a bar show a part of it.
    constexpr int kMostRows = FrameSignature::kRows / 3;
    constexpr int kMostColumns = FrameSignature::kColumns / 3;
    while (area.top < kMostRows && isBarRow(area.top)) {
        ++area.top;
    }
    while (FrameSignature::kRows - area.bottom < kMostRows && isBarRow(area.bottom - 1)) {
        --area.bottom;
    }
    while (area.left < kMostColumns && isBarColumn(area.left)) {
        ++area.left;
    }
    while (FrameSignature::kColumns - area.right < kMostColumns && isBarColumn(area.right - 1)) {
        --area.right;
    }
    area.top += area.top > 0 ? 1 : 0;
    area.bottom -= area.bottom < FrameSignature::kRows ? 1 : 0;
    area.left += area.left > 0 ? 1 : 0;
    area.right -= area.right < FrameSignature::kColumns ? 1 : 0;
    return area;
}

}  // namespace

FrameSignature FrameSignature::of(const Image& image) {
    FrameSignature signature;
    if (image.empty()) {
        return signature;
    }
    constexpr int kAcross = kColumns * kPoints;
    constexpr int kDown = kRows * kPoints;
    std::array<std::ptrdiff_t, kAcross> offsets{};
    for (int i = 0; i < kAcross; ++i) {
        offsets[static_cast<std::size_t>(i)] =
            static_cast<std::ptrdiff_t>((2 * i + 1) * static_cast<std::int64_t>(image.width()) / (2 * kAcross)) *
            Image::kChannels;
    }
    for (int row = 0; row < kRows; ++row) {
        std::array<std::array<int, 3>, kColumns> sums{};
        for (int i = 0; i < kPoints; ++i) {
            const auto y = (2 * (row * kPoints + i) + 1) * static_cast<std::int64_t>(image.height()) / (2 * kDown);
            const std::uint8_t* line = image.row(static_cast<int>(y));
            for (std::size_t x = 0; x < kAcross; ++x) {
                const std::uint8_t* pixel = line + offsets[x];
                auto& sum = sums[x / kPoints];
                sum[0] += pixel[0];
                sum[1] += pixel[1];
                sum[2] += pixel[2];
            }
        }
        for (std::size_t column = 0; column < kColumns; ++column) {
            constexpr float kShare = 1.0F / (kPoints * kPoints);
            const float blue = static_cast<float>(sums[column][0]) * kShare;
            const float green = static_cast<float>(sums[column][1]) * kShare;
            const float red = static_cast<float>(sums[column][2]) * kShare;
            const float luma = 0.299F * red + 0.587F * green + 0.114F * blue;
            const std::size_t cell = static_cast<std::size_t>(row) * kColumns + column;
            signature.values[cell] = luma;
            signature.values[cell + kCells] = 0.564F * (blue - luma);
            signature.values[cell + 2 * kCells] = 0.713F * (red - luma);
        }
    }
    return signature;
}

FrameSignature FrameSignature::of(const FrameGlimpse& glimpse) {
    static_assert(FrameGlimpse::kColumns == kColumns * kPoints && FrameGlimpse::kRows == kRows * kPoints);
    return of(glimpse.points.empty() ? glimpse.frame.image : glimpse.points);
}

double difference(const FrameSignature& a, const FrameSignature& b) {
    float sum = 0.0F;
    for (std::size_t i = 0; i < a.values.size(); ++i) {
        sum += std::abs(a.values[i] - b.values[i]);
    }
    return static_cast<double>(sum) / static_cast<double>(a.values.size());
}

Brightness brightness(const FrameSignature& signature) {
    const Area area = shownArea(signature);
    double sum = 0.0;
    double squares = 0.0;
    for (int y = area.top; y < area.bottom; ++y) {
        for (int x = area.left; x < area.right; ++x) {
            const double value = luma(signature, x, y);
            sum += value;
            squares += value * value;
        }
    }
    const double cells = (area.bottom - area.top) * (area.right - area.left);
    const double mean = sum / cells;
    return {mean, std::sqrt(std::max(0.0, squares / cells - mean * mean))};
}

bool isBlank(const Brightness& light) {
    return light.deviation < kBlankDeviation && (light.mean < kBlack || light.mean > kWhite);
}

double correlation(const FrameSignature& a, const FrameSignature& b) {
    double n = 0.0;
    double sumA = 0.0;
    double sumB = 0.0;
    double squaresA = 0.0;
    double squaresB = 0.0;
    double products = 0.0;
    for (std::size_t i = 0; i < FrameSignature::kCells; ++i) {
        const double valueA = a.values[i];
        const double valueB = b.values[i];
        const double counts = valueA > kBarLuma || valueB > kBarLuma ? 1.0 : 0.0;
        n += counts;
        sumA += counts * valueA;
        sumB += counts * valueB;
        squaresA += counts * valueA * valueA;
        squaresB += counts * valueB * valueB;
        products += counts * valueA * valueB;
    }
    const double varianceA = squaresA - sumA * sumA / std::max(n, 1.0);
    const double varianceB = squaresB - sumB * sumB / std::max(n, 1.0);
    constexpr double kNoContrast = 1.0;  // variance; squares of 255
    if (varianceA < kNoContrast * n || varianceB < kNoContrast * n || n < 1.0) {
        return 0.0;
    }
    return (products - sumA * sumB / n) / std::sqrt(varianceA * varianceB);
}

}  // namespace sightline
