// Subtitles as the packets of a text track. Included by core/media sources only.
#pragma once

#include <string>
#include <vector>

#include "core/media/ffmpeg_common.h"
#include "core/media/writing/subtitle_muxer.h"

namespace sightline {

struct SubtitlePacket {
    std::int64_t startMs = 0;
    std::int64_t durationMs = 0;
    std::string payload;
};

// Ordered by start. `codec` is mov_text, SubRip or WebVTT; `zeroMs` is where in the track the subtitles' times count
// from. A mov_text track has no gaps and no overlaps: it gets empty packets where nothing is shown and joined text
// where several subtitles are.
std::vector<SubtitlePacket> makeSubtitlePackets(std::vector<SubtitleText> subtitles, AVCodecID codec,
                                                std::int64_t zeroMs);

// Fills in codec and extradata. False without memory.
bool describeSubtitles(AVCodecParameters& parameters, AVCodecID codec);

}  // namespace sightline
