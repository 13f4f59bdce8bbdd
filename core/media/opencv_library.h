// OpenCV's codecs and cameras, loaded when something needs them for the first time: they bring a hundred libraries, a
// quarter of a second and 34 MB. Videos, streams and their captions do without.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/media/image.h"

namespace sightline {

class Capture;  // core/media/live/capture.h

// What core/opencv does. Any thread. Errors are what OpenCV says, which may be nothing.
struct OpenCvFunctions {
    bool (*isPicture)(const std::string& path);
    // Upright by its EXIF orientation.
    tl::expected<Image, std::string> (*decode)(std::string_view file);
    // PNG, or JPEG of that quality.
    tl::expected<std::string, std::string> (*encodePng)(const Image& image);
    tl::expected<std::string, std::string> (*encodeJpeg)(const Image& image, int quality);
    // As those of capture.h.
    std::unique_ptr<Capture> (*makeCameraCapture)();
    std::unique_ptr<Capture> (*makePipelineCapture)();
};

// The name that the library gives them by.
inline constexpr const char* kOpenCvFunctions = "sightlineOpenCvFunctions";

// Loads the library with the first call; it stays for as long as the process runs. Error: Unsupported, where it cannot
// be loaded.
Result<const OpenCvFunctions*> openCvFunctions();

}  // namespace sightline
