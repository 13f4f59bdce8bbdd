#include "core/inference/preprocess.h"

#include <algorithm>
#include <utility>

#include <opencv2/imgproc.hpp>

#include "core/inference/pillow_resample.h"
#include "core/inference/simd_math.h"

namespace sightline {
namespace {

// The source cells that one target cell covers, each with the length of it that lies inside. Lengths are in units that
// make all of them whole: a source cell is `target` long, a target cell `source`.
struct Cover {
    int first = 0;
    std::vector<float> weights;
};

std::vector<Cover> covers(int source, int target) {
    std::vector<Cover> result(static_cast<std::size_t>(target));
    for (int i = 0; i < target; ++i) {
        const int start = i * source;
        const int end = start + source;
        Cover& cover = result[static_cast<std::size_t>(i)];
        cover.first = start / target;
        for (int cell = cover.first; cell * target < end; ++cell) {
            cover.weights.push_back(
                static_cast<float>(std::min(end, (cell + 1) * target) - std::max(start, cell * target)));
        }
    }
    return result;
}

// Area averaging in one reading of the picture: rows are summed as they come, then each sum is averaged across. All
// sums are of whole numbers and exact, so every CPU gives the same bytes as the reference in Python.
void shrink(const Image& image, int size, std::uint8_t* rgb) {
    const auto rows = covers(image.height(), size);
    const auto columns = covers(image.width(), size);
    const double area = static_cast<double>(image.width()) * image.height();
    std::vector<float> sums(static_cast<std::size_t>(image.strideBytes()));
    for (const Cover& row : rows) {
        std::fill(sums.begin(), sums.end(), 0.0F);
        for (std::size_t i = 0; i < row.weights.size(); ++i) {
            accumulate(sums, image.row(row.first + static_cast<int>(i)), row.weights[i]);
        }
        for (const Cover& column : columns) {
            double bgra[Image::kChannels];
            sumPixels(sums.data() + static_cast<std::ptrdiff_t>(column.first) * Image::kChannels, column.weights, bgra);
            for (int c = 2; c >= 0; --c) {
                *rgb++ = static_cast<std::uint8_t>(bgra[c] / area + 0.5);
            }
        }
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
    rgb.resize(static_cast<std::size_t>(size) * static_cast<std::size_t>(size) * 3);
    const bool shrinks = image.width() >= size && image.height() >= size && image.width() + image.height() > 2 * size;
    if (input.filter != ResizeFilter::Area) {
        resampleAsPillow(image, squareOf(image, input), input.filter, rgb.data());
    } else if (shrinks) {
        shrink(image, size, rgb.data());
    } else {
        enlarge(image, size, rgb.data());
    }
    if (input.bgr) {
        for (std::size_t i = 0; i < rgb.size(); i += 3) {
            std::swap(rgb[i], rgb[i + 2]);
        }
    }
}

}  // namespace sightline
