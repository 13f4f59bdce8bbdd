// When the pictures of a GIF are shown. Included by core/media only.
#pragma once

#include "core/media/ffmpeg_common.h"

namespace sightline {

// Browsers show a picture whose delay is 1/100 s or less for 1/10 s (Firefox, Chromium and WebKit alike), because old
// programs wrote no delay. Versions of FFmpeg differ in it, so they are asked for the delays as written
// and the times are counted here. One thread at a time, packets from the first on.
class GifClock {
public:
    static bool isFor(const AVFormatContext& format);

    // Options for avformat_open_input(); other demuxers do not know them.
    static void askForDelays(AVDictionary*& options);

    void apply(AVPacket& packet);

private:
    std::int64_t next_ = 0;
};

}  // namespace sightline
