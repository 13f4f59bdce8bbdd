// What hands out pictures one after the other and may hang: a camera or a pipeline, through OpenCV.
#pragma once

#include "core/base/result.h"
#include "core/media/frame_source.h"
#include "core/media/image.h"

namespace sightline {

// open(), grab() and close() on one thread, in this order; they block. openGrabbed() makes a FrameSource of it.
class FrameGrabber {
public:
    FrameGrabber() = default;
    FrameGrabber(const FrameGrabber&) = delete;
    FrameGrabber& operator=(const FrameGrabber&) = delete;
    virtual ~FrameGrabber() = default;

    // Errors: as those of FrameSource's opening functions.
    virtual Result<StreamDescription> open() = 0;

    // The next picture; an empty one came damaged. Errors: Device, EndOfStream; nothing comes after either.
    virtual Result<Image> grab() = 0;

    // Gives the device back. Also after a failed open().
    virtual void close() = 0;

    // Any thread, any number of times: makes a blocked call return, where the library has a way.
    virtual void interrupt() {}
};

}  // namespace sightline
