// OpenCV's readers and writers of pictures: see core/media/opencv_library.h.
#pragma once

#include "core/media/opencv_library.h"

namespace sightline {

bool isOpenCvPicture(const std::string& path);
tl::expected<Image, std::string> decodePicture(std::string_view file);
tl::expected<std::string, std::string> encodePng(const Image& image);
tl::expected<std::string, std::string> encodeJpeg(const Image& image, int quality);

}  // namespace sightline
