#include "core/inference/preprocess.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include <opencv2/imgproc.hpp>

#include "core/inference/pillow_resample.h"
#include "core/inference/simd_math.h"

namespace sightline {
namespace {

constexpr int kColours = 3;

// The source cells that each target cell covers, with the length of each that lies inside. Lengths are in the largest
// unit that makes all of them whole.
struct Covers {
    int most = 0;                // cells that one target cell covers
    int length = 0;              // of a target cell
    std::vector<int> first;      // of each target cell
    std::vector<float> weights;  // [target, most], zeros after the last cell
};

Covers coversOf(int source, int target) {
    Covers covers;
    const int unit = std::gcd(source, target);
    const int cell = target / unit;  // length of a source cell
    covers.length = source / unit;
    covers.most = (source + target - 1) / target + 1;
    covers.weights.assign(static_cast<std::size_t>(target) * static_cast<std::size_t>(covers.most), 0.0F);
    float* weights = covers.weights.data();
    for (int i = 0; i < target; ++i) {
        const int start = i * covers.length;
        const int end = start + covers.length;
        covers.first.push_back(start / cell);
        float* next = weights;
        for (int at = start / cell * cell; at < end; at += cell) {
            *next++ = static_cast<float>(std::min(end, at + cell) - std::max(start, at));
        }
        weights += covers.most;
    }
    return covers;
}

// Area averaging in one reading of the picture: rows are summed as they come, then each sum is averaged across. All
// sums are of whole numbers and exact, so every CPU gives the same bytes as the reference in Python.
void shrink(const Image& image, int size, std::uint8_t* rgb) {
    const Covers rows = coversOf(image.height(), size);
    const Covers columns = coversOf(image.width(), size);
    const double area = static_cast<double>(columns.length) * rows.length;
    const auto line = static_cast<std::size_t>(image.strideBytes());
    // The last column's weights of zero reach beyond the line.
    std::vector<float> sums(line + static_cast<std::size_t>(columns.most * Image::kChannels));
    for (int y = 0; y < size; ++y) {
        std::fill(sums.begin(), sums.end(), 0.0F);
        for (int i = 0; i < rows.most; ++i) {
            const float weight = rows.weights[static_cast<std::size_t>(y * rows.most + i)];
            if (weight > 0.0F) {
                accumulate({sums.data(), line}, image.row(rows.first[static_cast<std::size_t>(y)] + i), weight);
            }
        }
        averagePixels(sums.data(), columns.first, columns.weights.data(), columns.most, area, rgb);
        rgb += static_cast<std::ptrdiff_t>(size) * kColours;
    }
}

void enlarge(const Image& image, int size, std::uint8_t* rgb) {
    // OpenCV's own pool would run beside the threads the user asked for; for one small picture it only costs time.
    static const bool oneThread = (cv::setNumThreads(1), true);
    static_cast<void>(oneThread);
    const cv::Mat source(image.height(), image.width(), CV_8UC4, const_cast<std::uint8_t*>(image.data()));
    cv::Mat resized = source;
    if (image.width() != size || image.height() != size) {
        cv::resize(source, resized, cv::Size(size, size), 0, 0, cv::INTER_LINEAR);
    }
    cv::Mat target(size, size, CV_8UC3, rgb);
    cv::cvtColor(resized, target, cv::COLOR_BGRA2RGB);
}

// The centre of the resized picture.
ResampledSquare squareOf(const Image& image, const PictureInput& input) {
    ResampledSquare square{input.resized, input.resized, 0, 0, input.size};
    if (input.resizing == Resizing::ShorterSide) {
        const auto longer = [&input](int side, int shorter) {
            return static_cast<int>(std::int64_t{input.resized} * side / shorter);
        };
        if (image.width() > image.height()) {
            square.width = longer(image.width(), image.height());
        } else {
            square.height = longer(image.height(), image.width());
        }
    }
    square.left = (square.width - input.size) / 2;
    square.top = (square.height - input.size) / 2;
    return square;
}

}  // namespace

void preprocess(const Image& image, const PictureInput& input, std::vector<std::uint8_t>& rgb) {
    const int size = input.size;
    rgb.resize(static_cast<std::size_t>(size) * static_cast<std::size_t>(size) * kColours);
    const bool shrinks = image.width() >= size && image.height() >= size && image.width() + image.height() > 2 * size;
    if (input.filter != ResizeFilter::Area) {
        resampleAsPillow(image, squareOf(image, input), input.filter, rgb.data());
    } else if (shrinks) {
        shrink(image, size, rgb.data());
    } else {
        enlarge(image, size, rgb.data());
    }
    if (input.bgr) {
        for (std::size_t i = 0; i < rgb.size(); i += kColours) {
            std::swap(rgb[i], rgb[i + 2]);
        }
    }
}

}  // namespace sightline
