// Streams and screens through libavformat and libavdevice: RTSP, HTTP MJPEG, HLS, MPEG-TS; X11.
#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>

#include "core/media/frame_source.h"
#include "core/media/live/sound_tap.h"
#include "core/media/live/source_address.h"

namespace sightline {

struct LiveInputOptions {
    std::chrono::milliseconds openTimeout = std::chrono::seconds(8);           // for the first picture's parameters
    std::chrono::milliseconds stallTimeout = std::chrono::milliseconds(1800);  // without a picture, read() fails
    // The first picture may need one that all others lean on, for which a stream that goes on is waited so long: x264
    // sends one every 250 pictures unless told otherwise.
    std::chrono::milliseconds keyframeTimeout = std::chrono::seconds(20);
    double screenFrameRate = 15.0;
    std::chrono::milliseconds snapshotInterval = std::chrono::seconds(1);  // of an http address that gives one picture
    std::shared_ptr<SoundTap> sound;  // hears what the source has of sound; null: nobody listens
};

// Opens a stream or a screen and waits for its parameters, which may be for its first keyframe. read() reports Device
// once nothing came for the stall timeout or the connection broke, EndOfStream where a stream of known length ended.
// HLS arrives in pieces, so its pictures are held back until they are due, and its pieces may be as long as their
// length lets expect. An http address that gives a single picture is asked again and again. RTSP comes over TCP, over
// UDP where the server refuses that. Errors: Device (unreachable, refused, no such display or window), Unsupported (no
// video, unknown protocol or codec), Cancelled (`stop` was requested while it opened; later only interrupt() counts).
Result<std::unique_ptr<FrameSource>> openLiveInput(const SourceAddress& address, const LiveInputOptions& options = {},
                                                   const std::stop_token& stop = {});

}  // namespace sightline
