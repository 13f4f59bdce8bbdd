// A V4L2 camera, read by OpenCV.
#pragma once

#include <memory>

#include "core/media/frame_source.h"

namespace sightline {

struct CameraOptions {
    int index = 0;  // of /dev/videoN
    int width = 1280;
    int height = 720;
    double frameRate = 30.0;
};

// Opens the camera in MJPG, which gives full rate where raw YUYV does not; the description tells the mode it really
// runs in. Error: Device, with cause and fix.
Result<std::unique_ptr<FrameSource>> openCamera(const CameraOptions& options);

}  // namespace sightline
