#include "core/opencv/picture_codecs.h"

#include <vector>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace sightline {
namespace {

tl::expected<std::string, std::string> encode(const Image& image, const char* extension,
                                              const std::vector<int>& parameters) {
    try {
        const cv::Mat bgra(image.height(), image.width(), CV_8UC4, const_cast<std::uint8_t*>(image.data()));
        cv::Mat bgr;
        cv::cvtColor(bgra, bgr, cv::COLOR_BGRA2BGR);
        std::vector<std::uint8_t> encoded;
        cv::imencode(extension, bgr, encoded, parameters);
        return std::string(encoded.begin(), encoded.end());
    } catch (const cv::Exception& error) {
        return tl::unexpected<std::string>(error.what());
    }
}

}  // namespace

bool isOpenCvPicture(const std::string& path) {
    try {
        return cv::haveImageReader(path);
    } catch (const cv::Exception&) {
        return false;
    }
}

tl::expected<Image, std::string> decodePicture(std::string_view file) {
    try {
        const cv::Mat encoded(1, static_cast<int>(file.size()), CV_8UC1, const_cast<char*>(file.data()));
        const cv::Mat bgr = encoded.empty() ? cv::Mat() : cv::imdecode(encoded, cv::IMREAD_COLOR);
        if (bgr.empty()) {
            return tl::unexpected<std::string>("");
        }
        Image image(bgr.cols, bgr.rows);
        cv::Mat bgra(bgr.rows, bgr.cols, CV_8UC4, image.data());
        cv::cvtColor(bgr, bgra, cv::COLOR_BGR2BGRA);
        return image;
    } catch (const cv::Exception& error) {
        return tl::unexpected<std::string>(error.what());
    }
}

tl::expected<std::string, std::string> encodePng(const Image& image) { return encode(image, ".png", {}); }

tl::expected<std::string, std::string> encodeJpeg(const Image& image, int quality) {
    return encode(image, ".jpg", {cv::IMWRITE_JPEG_QUALITY, quality});
}

}  // namespace sightline
