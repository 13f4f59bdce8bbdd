#include "core/media/files/still_image.h"

#include <fstream>
#include <sstream>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace sightline {
namespace {

// libjpeg fills the missing part of a cut file with grey and only warns, so the end marker is looked for here: after
// the first start of scan, which the segments before it lead to (they may hold a thumbnail with markers of its own).
bool isCutJpeg(std::string_view bytes) {
    const auto byte = [bytes](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
    if (bytes.size() < 4 || byte(0) != 0xff || byte(1) != 0xd8) {
        return false;
    }
    std::size_t at = 2;
    while (at + 4 <= bytes.size() && byte(at) == 0xff && byte(at + 1) != 0xda) {
        at += 2U + (static_cast<std::size_t>(byte(at + 2)) << 8U) + byte(at + 3);
    }
    return at >= bytes.size() || bytes.find("\xff\xd9", at) == std::string_view::npos;
}

std::string readFile(const std::filesystem::path& path, bool& sound) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    sound = file.good() || (file.eof() && !file.bad());
    return std::move(bytes).str();
}

}  // namespace

bool isStillImage(const std::filesystem::path& path) {
    std::error_code status;
    if (!std::filesystem::is_regular_file(path, status)) {
        return false;  // OpenCV would print a warning of its own
    }
    try {
        return cv::haveImageReader(path.string());
    } catch (const cv::Exception&) {
        return false;
    }
}

Result<Image> readStillImage(const std::filesystem::path& path) {
    std::error_code status;
    if (!std::filesystem::exists(path, status)) {
        return fail(ErrorCode::NotFound,
                    fmt::format("Cannot open {}: there is no such file. Check the name.", path.string()));
    }
    bool sound = false;
    const std::string bytes = readFile(path, sound);
    if (!sound) {
        return fail(ErrorCode::Io, fmt::format("Cannot read {}: check that it is a file you may read.", path.string()));
    }
    const std::string damaged = fmt::format(
        "Cannot read {}: it is not a picture, or it is damaged or cut short. Get an intact copy.", path.string());
    try {
        const cv::Mat encoded(1, static_cast<int>(bytes.size()), CV_8UC1, const_cast<char*>(bytes.data()));
        const cv::Mat bgr = encoded.empty() ? cv::Mat() : cv::imdecode(encoded, cv::IMREAD_COLOR);
        if (bgr.empty() || isCutJpeg(bytes)) {
            return fail(ErrorCode::Corrupt, damaged);
        }
        Image image(bgr.cols, bgr.rows);
        cv::Mat bgra(bgr.rows, bgr.cols, CV_8UC4, image.data());
        cv::cvtColor(bgr, bgra, cv::COLOR_BGR2BGRA);
        return image;
    } catch (const cv::Exception& error) {
        return fail(ErrorCode::Corrupt, damaged, error.what());
    }
}

}  // namespace sightline
