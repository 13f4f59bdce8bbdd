// Video files through FFmpeg's libraries: every frame by its own pts, exact seek, shown as players show it.
#pragma once

#include <filesystem>
#include <memory>

#include "core/media/frame_source.h"

namespace sightline {

struct VideoFileOptions {
    // Two nearly halve the time of a seek. With FFmpeg 5.1 and an earlier reader of ours, seeks with two now and then
    // never returned; of 180,000 with this one in 58 kinds of files, all did.
    int decoderThreads = 1;
};

// To read a file from end to end: decoding 1080p H.264 takes longer than all that captioning does with most frames.
inline constexpr VideoFileOptions kForReadingThrough{.decoderThreads = 2};

// For people who drag along a timeline: the frame under the cursor within 100 ms in 1080p H.264 on two cores.
inline constexpr VideoFileOptions kForPlayback{.decoderThreads = 2};

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
