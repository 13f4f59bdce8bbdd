// From frames to packets, the same for sound and pictures. Included by core/media/writing only.
#pragma once

#include <functional>

#include "core/base/result.h"
#include "core/media/ffmpeg_common.h"

namespace sightline {

// Takes each packet, in units of the encoder's time base.
using PacketSink = std::function<Result<void>(AVPacket&)>;

// Gives `frame` to the encoder, null for the end, and what is ready then to `sink`. Errors: those of `sink`; `failure`
// makes the one of the encoder from FFmpeg's code.
Result<void> encodeFrame(AVCodecContext& encoder, const AVFrame* frame, const PacketSink& sink,
                         const std::function<Error(int)>& failure);

}  // namespace sightline
