#include "core/media/files/gif_clock.h"

#include <string_view>

namespace sightline {

bool GifClock::isFor(const AVFormatContext& format) { return std::string_view(format.iformat->name) == "gif"; }

void GifClock::askForDelays(AVDictionary*& options) {
    for (const char* delay : {"min_delay", "default_delay"}) {
        av_dict_set(&options, delay, "0", 0);
    }
}

// The demuxer's time base is 1/100 s, as the file's.
void GifClock::apply(AVPacket& packet) {
    constexpr std::int64_t kLongestIgnored = 1;
    constexpr std::int64_t kInstead = 10;
    packet.duration = packet.duration <= kLongestIgnored ? kInstead : packet.duration;
    packet.pts = packet.dts = next_;
    next_ += packet.duration;
}

}  // namespace sightline
