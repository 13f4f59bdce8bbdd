#include "core/inference/preprocess.h"

#include <opencv2/imgproc.hpp>

namespace sightline {

void preprocess(const Image& image, int size, std::vector<std::uint8_t>& rgb) {
    // OpenCV's own pool would run beside the threads the user asked for; for one small picture it only costs time.
    static const bool oneThread = (cv::setNumThreads(1), true);
    static_cast<void>(oneThread);
    const cv::Mat source(image.height(), image.width(), CV_8UC4, const_cast<std::uint8_t*>(image.data()));
    cv::Mat resized = source;
    if (image.width() != size || image.height() != size) {
        const bool shrinks = image.width() >= size && image.height() >= size;
        cv::resize(source, resized, cv::Size(size, size), 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
    }
    rgb.resize(static_cast<std::size_t>(size) * static_cast<std::size_t>(size) * 3);
    cv::Mat target(size, size, CV_8UC3, rgb.data());
    cv::cvtColor(resized, target, cv::COLOR_BGRA2RGB);
}

}  // namespace sightline
