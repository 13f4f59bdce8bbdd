// Pixels of one picture, in memory of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace sightline {

// 8-bit BGRA, alpha 255, rows top to bottom without padding: the byte order of QImage::Format_RGB32 and of cv::Mat
// CV_8UC4 on little-endian machines. Movable, not copyable; const access from any thread.
class Image {
public:
    static constexpr int kChannels = 4;
    static constexpr std::size_t kTailBytes = 256;

    Image() = default;
    // Pixels undefined. The memory goes on for kTailBytes after the last row, because swscale's vector code writes past
    // the end of rows whose width is not a multiple of its step.
    Image(int width, int height);

    int width() const { return width_; }
    int height() const { return height_; }
    int strideBytes() const { return width_ * kChannels; }
    std::size_t sizeBytes() const;
    bool empty() const { return !pixels_; }

    std::uint8_t* data() { return pixels_.get(); }
    const std::uint8_t* data() const { return pixels_.get(); }
    const std::uint8_t* row(int y) const;

private:
    int width_ = 0;
    int height_ = 0;
    std::unique_ptr<std::uint8_t[]> pixels_;
};

}  // namespace sightline
