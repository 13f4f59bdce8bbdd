#include "core/scenes/frame_signature.h"

#include <cmath>

namespace sightline {
namespace {

constexpr int kPoints = 4;  // a side, in each cell: 9,216 pixels of a frame, whatever its size

}  // namespace

FrameSignature FrameSignature::of(const Image& image) {
    FrameSignature signature;
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

double difference(const FrameSignature& a, const FrameSignature& b) {
    float sum = 0.0F;
    for (std::size_t i = 0; i < a.values.size(); ++i) {
        sum += std::abs(a.values[i] - b.values[i]);
    }
    return static_cast<double>(sum) / static_cast<double>(a.values.size());
}

Brightness brightness(const FrameSignature& signature) {
    double sum = 0.0;
    double squares = 0.0;
    for (std::size_t i = 0; i < FrameSignature::kCells; ++i) {
        const double value = signature.values[i];
        sum += value;
        squares += value * value;
    }
    const double mean = sum / FrameSignature::kCells;
    return {mean, std::sqrt(std::max(0.0, squares / FrameSignature::kCells - mean * mean))};
}

double correlation(const FrameSignature& a, const FrameSignature& b) {
    const Brightness one = brightness(a);
    const Brightness other = brightness(b);
    constexpr double kNoContrast = 1.0;  // of 255
    if (one.deviation < kNoContrast || other.deviation < kNoContrast) {
        return 0.0;
    }
    double sum = 0.0;
    for (std::size_t i = 0; i < FrameSignature::kCells; ++i) {
        sum += (a.values[i] - one.mean) * (b.values[i] - other.mean);
    }
    return sum / FrameSignature::kCells / (one.deviation * other.deviation);
}

}  // namespace sightline
