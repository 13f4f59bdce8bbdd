// A GStreamer pipeline, through OpenCV: libcamera's cameras, industrial ones, whatever GStreamer has a source for.
#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>

#include "core/media/frame_source.h"

namespace sightline {

struct PipelineOptions {
    std::chrono::milliseconds openTimeout = std::chrono::seconds(8);           // until it runs
    std::chrono::milliseconds stallTimeout = std::chrono::milliseconds(1800);  // without a picture, read() fails
};

// `pipeline` is what gst-launch-1.0 takes; where it has no appsink, one for pictures is put at its end. `name` is for
// people. read() gives the newest picture, EndOfStream where the pipeline ended, and Device where it failed or nothing
// came for the stall timeout.
// Errors: Unsupported (it cannot be read, an element is missing, this OpenCV has no GStreamer), Device (it does not
// run), Cancelled.
Result<std::unique_ptr<FrameSource>> openPipeline(const std::string& pipeline, const std::string& name,
                                                  const PipelineOptions& options = {},
                                                  const std::stop_token& stop = {});

}  // namespace sightline
