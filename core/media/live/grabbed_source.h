// A FrameSource out of a FrameGrabber, whose calls may hang: they run on a thread of their own.
#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>

#include "core/media/live/frame_grabber.h"

namespace sightline {

struct GrabOptions {
    std::string silent;  // message when pictures stop coming
    std::string late;    // message when it did not open in time
    std::chrono::milliseconds openTimeout = std::chrono::seconds(8);
    std::chrono::milliseconds stallTimeout = std::chrono::milliseconds(1800);  // without a picture, read() fails
    std::chrono::milliseconds closeTimeout = std::chrono::milliseconds(500);   // for a grabber that hangs
};

// Waits until the grabber is open. read() gives the newest picture that was grabbed; those it missed are gone. Closing
// takes no longer than its limit: a grabber that still hangs then is left to its thread, which closes it when it can.
// Errors: those of open(), Device (it did not open in time), Cancelled.
Result<std::unique_ptr<FrameSource>> openGrabbed(std::unique_ptr<FrameGrabber> grabber, const GrabOptions& options,
                                                 const std::stop_token& stop = {});

}  // namespace sightline
