#include "core/media/live/capture.h"

#include "core/media/opencv_library.h"

namespace sightline {

Result<std::unique_ptr<Capture>> makeCameraCapture() {
    const auto opencv = openCvFunctions();
    if (!opencv) {
        return tl::unexpected(opencv.error());
    }
    return (*opencv)->makeCameraCapture();
}

Result<std::unique_ptr<Capture>> makePipelineCapture() {
    const auto opencv = openCvFunctions();
    if (!opencv) {
        return tl::unexpected(opencv.error());
    }
    return (*opencv)->makePipelineCapture();
}

}  // namespace sightline
