// cv::VideoCapture: see core/media/live/capture.h.
#pragma once

#include "core/media/live/capture.h"

namespace sightline {

std::unique_ptr<Capture> makeOpenCvCamera();
// Null where this OpenCV was built without GStreamer.
std::unique_ptr<Capture> makeOpenCvPipeline();

}  // namespace sightline
