#include "core/media/opencv_library.h"

#include <cstdlib>

#include "core/base/function_library.h"

namespace sightline {
namespace {

constexpr const char* kLibrary = "libsightline_opencv.so";  // what core/opencv is built into

// OpenCV reads this before a camera's first picture; its own limit is 10 s. Set before main() starts threads, because
// setenv() is not safe beside them.
[[maybe_unused]] const int kSelectTimeout = ::setenv("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "2", 0);

}  // namespace

Result<const OpenCvFunctions*> openCvFunctions() {
    return loadFunctions<OpenCvFunctions>(kLibrary, kOpenCvFunctions, "OpenCV");
}

}  // namespace sightline
