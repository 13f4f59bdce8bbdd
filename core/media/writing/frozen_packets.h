// Times of what is copied into a video whose picture stands still now and then. Included by core/media/writing only.
#pragma once

#include "core/media/ffmpeg_common.h"
#include "core/media/files/video_input.h"
#include "core/media/frozen_time.h"

namespace sightline {

// To where the packet belongs on the longer time line; one that is on while the picture stands still lasts longer.
// `base`: of its times. `first`: of the input.
void delayPacket(AVPacket& packet, AVRational base, const FirstFrame& first, const FrozenTimeLine& times);

void delayChapters(AVFormatContext& input, const FirstFrame& first, const FrozenTimeLine& times);

}  // namespace sightline
