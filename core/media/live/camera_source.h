// A V4L2 camera, through OpenCV.
#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>

#include "core/media/frame_source.h"
#include "core/media/live/camera_list.h"
#include "core/media/live/capture.h"

namespace sightline {

struct CameraOptions {
    int index = 0;       // of /dev/videoN
    std::string device;  // path, or a name of listCameras(); in place of the index where it is not empty
    int width = 1280;
    int height = 720;
    double frameRate = 30.0;
    std::chrono::milliseconds openTimeout = std::chrono::seconds(8);
    std::chrono::milliseconds stallTimeout = std::chrono::milliseconds(1800);  // without a picture, read() fails
};

// Opens the camera in MJPG, which gives full rate where raw YUYV does not, in the mode nearest to what is wanted, and
// waits for its first picture; the description tells the mode it really runs in. read() gives the newest picture there
// is, and reports Device once none came for the stall timeout or the camera is gone. A driver that hangs holds up
// neither opening nor closing.
// Errors: Device (missing, busy, no permission, no capture node), Unsupported (no format that can be shown); with cause
// and fix; Cancelled.
// `nodes` must outlive the source.
Result<std::unique_ptr<FrameSource>> openCamera(const CameraOptions& options, const std::stop_token& stop = {},
                                                const VideoNodes& nodes = systemVideoNodes(),
                                                const MakeCapture& makeCapture = makeCameraCapture);

// Whether OpenCV shows pictures of this V4L2_PIX_FMT_...
bool canShow(std::uint32_t format);

// The mode to ask for: one that reaches the frame rate, nearest in size, MJPG before others. `modes` is not empty.
CameraMode nearestMode(const std::vector<CameraMode>& modes, const CameraOptions& options);

}  // namespace sightline
