// Opens whatever an address names.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "core/media/frame_source.h"
#include "core/media/live/camera_source.h"
#include "core/media/live/live_input.h"
#include "core/media/live/pipeline_source.h"
#include "core/media/live/source_address.h"

namespace sightline {

struct SourceOptions {
    CameraOptions camera;  // its index and device come from the address
    LiveInputOptions live;
    PipelineOptions pipeline;
};

// Waits until the source is open or `stop` is requested. Errors: those of the address and of the source it names, and
// Cancelled.
Result<std::unique_ptr<FrameSource>> openSource(const SourceAddress& address, const SourceOptions& options = {},
                                                const std::stop_token& stop = {});
Result<std::unique_ptr<FrameSource>> openSource(const std::string& address, const SourceOptions& options = {});

}  // namespace sightline
