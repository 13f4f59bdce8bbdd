// A V4L2 camera.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "core/media/frame_source.h"
#include "core/media/live/camera_list.h"

namespace sightline {

struct CameraOptions {
    int index = 0;       // of /dev/videoN
    std::string device;  // path, or a name of listCameras(); in place of the index where it is not empty
    int width = 1280;
    int height = 720;
    double frameRate = 30.0;
    std::chrono::milliseconds stallTimeout = std::chrono::milliseconds(1800);  // without a picture, read() fails
};

// Opens the camera in MJPG, which gives full rate where raw YUYV does not, in the mode nearest to what is wanted; the
// description tells the mode it really runs in. read() gives the newest picture there is, and reports Device once none
// came for the stall timeout or the camera is gone.
// Errors: Device (missing, busy, no permission, no capture node), Unsupported (no format that can be shown); with cause
// and fix.
Result<std::unique_ptr<FrameSource>> openCamera(const CameraOptions& options,
                                                const VideoNodes& nodes = systemVideoNodes());

// Whether pictures of this V4L2_PIX_FMT_... can be shown.
bool canShow(std::uint32_t format);

// The mode to ask for: one that reaches the frame rate, nearest in size, MJPG before others. `modes` is not empty.
CameraMode nearestMode(const std::vector<CameraMode>& modes, const CameraOptions& options);

}  // namespace sightline
