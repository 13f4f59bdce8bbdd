// Video files through FFmpeg's libraries: every frame by its own pts, exact seek, shown as players show it.
#pragma once

#include <filesystem>
#include <memory>

#include "core/media/frame_source.h"

namespace sightline {

struct VideoFileOptions {
    int decoderThreads = 1;  // more are faster, but with FFmpeg 5.1 a seek now and then never returned
};

// The default video stream; of several the largest, never a cover picture. Frames are turned, brought to SDR BT.709
// (frame_converter.h, tone_mapper.h), deinterlaced where flagged interlaced, one for one, and laid on black where
// transparent. Files that are still being written are read to what is there.
//
// seek() decodes on where that is cheaper than going back to a keyframe, and shows the very picture that reading from
// the start would: from a keyframe early enough, or where a container's times cannot be relied on (elementary streams)
// from the start of the file. Times that start over within a transport stream are joined (continuous_clock.h), in files
// over 512 MiB only if they were met before the seek.
//
// Errors: NotFound, Io, Corrupt (not a video, or its headers are damaged), Unsupported (no video stream, no decoder,
// absurd picture size). read() reports Corrupt after the last readable frame of a file that ends before its time, and
// goes on past damage in the middle; the detail of the error that ends the stream counts it.
Result<std::unique_ptr<FrameSource>> openVideoFile(const std::filesystem::path& path,
                                                   const VideoFileOptions& options = {});

}  // namespace sightline
