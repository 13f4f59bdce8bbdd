// Video files through libavformat and libavcodec: every frame by its own pts, exact seek, rotation and colour applied.
#pragma once

#include <filesystem>
#include <memory>

#include "core/media/frame_source.h"

namespace sightline {

struct VideoFileOptions {
    int decoderThreads = 1;  // more are faster, but with FFmpeg 5.1 a seek now and then never returned
};

// Errors: NotFound, Corrupt (not a video, or its headers are damaged), Unsupported (no video stream, no decoder,
// absurd picture size). read() reports Corrupt after the last readable frame of a file that ends before its time.
Result<std::unique_ptr<FrameSource>> openVideoFile(const std::filesystem::path& path,
                                                   const VideoFileOptions& options = {});

}  // namespace sightline
