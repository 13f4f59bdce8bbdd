// Captions of a whole video file, sampled at a fixed interval, as fast as the machine allows.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>

#include "core/captions/caption.h"
#include "core/inference/captioner.h"
#include "core/media/frame_source.h"

namespace sightline {

struct FileSessionOptions {
    MediaTime interval = std::chrono::seconds(1);  // between captioned frames
    SearchOptions search;
};

// What reading a whole file took.
struct FileSessionReport {
    std::chrono::nanoseconds read{};  // decoding on the capture thread, all frames
    std::chrono::nanoseconds wall{};  // reading and captioning, side by side
    std::uint64_t framesRead = 0;
    std::uint64_t captions = 0;
    MediaTime end{};  // of the last frame read
};

// Decodes on a capture thread of its own while the calling thread captions (Captioner::captionAll); a bounded queue
// joins the two. `emit` gets each caption with its half-open time range, which reaches to the next captioned frame or
// the end of the video, and with its stage times. What was read before an error is captioned and emitted first. Errors:
// those of FrameSource::read and Captioner::caption; Cancelled when `stop` is requested.
Result<FileSessionReport> captionFile(FrameSource& source, Captioner& captioner, const FileSessionOptions& options,
                                      const std::function<void(const Caption&, const StageTimes&)>& emit,
                                      const std::stop_token& stop = {});

}  // namespace sightline
