// What is used of cv::VideoCapture, behind an interface that tests script.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/media/image.h"
#include "core/media/live/camera_list.h"

namespace sightline {

// One thread at a time; every call may block.
class Capture {
public:
    Capture() = default;
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;
    virtual ~Capture() = default;

    // A camera's path and the mode to ask for, or a pipeline. False when it cannot be had; the library tells no reason.
    virtual bool open(const std::string& target, const CameraMode& wanted) = 0;

    // What it really runs in; a pipeline has no format.
    virtual CameraMode mode() const = 0;

    // False when no picture came: there is no more, or the library gave up waiting. A damaged picture is empty.
    virtual bool read(Image& picture) = 0;

    virtual void close() = 0;
};

// Errors: Unsupported, where OpenCV cannot be loaded.
using MakeCapture = std::function<Result<std::unique_ptr<Capture>>()>;

// cv::VideoCapture's V4L2 backend, which waits for a picture for 2 s at most.
Result<std::unique_ptr<Capture>> makeCameraCapture();

// cv::VideoCapture's GStreamer backend, which may wait for ever; null where this OpenCV was built without it.
Result<std::unique_ptr<Capture>> makePipelineCapture();

}  // namespace sightline
