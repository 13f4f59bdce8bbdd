#include "core/media/writing/frozen_packets.h"

namespace sightline {

void delayPacket(AVPacket& packet, AVRational base, const FirstFrame& first, const FrozenTimeLine& times) {
    const std::int64_t zero = av_rescale_q(first.zero, first.timeBase, base);
    const auto momentOf = [&](std::int64_t timestamp) {
        return MediaTime(av_rescale_q(timestamp - zero, base, kNanosecondBase));
    };
    const auto ticks = [&](MediaTime span) { return av_rescale_q(span.count(), kNanosecondBase, base); };
    if (packet.pts != AV_NOPTS_VALUE) {
        const MediaTime start = momentOf(packet.pts);
        const MediaTime end = momentOf(packet.pts + packet.duration);
        packet.pts += ticks(times.startAt(start) - start);
        if (packet.duration > 0) {
            packet.duration += ticks(times.endAt(end) - times.startAt(start) - (end - start));
        }
    }
    if (packet.dts != AV_NOPTS_VALUE) {
        const MediaTime start = momentOf(packet.dts);
        packet.dts += ticks(times.startAt(start) - start);
    }
}

void delayChapters(AVFormatContext& input, const FirstFrame& first, const FrozenTimeLine& times) {
    for (unsigned i = 0; i < input.nb_chapters; ++i) {
        AVChapter& chapter = *input.chapters[i];
        AVPacket range{};
        range.pts = chapter.start;
        range.dts = AV_NOPTS_VALUE;
        range.duration = chapter.end - chapter.start;
        delayPacket(range, chapter.time_base, first, times);
        chapter.start = range.pts;
        chapter.end = range.pts + range.duration;
    }
}

}  // namespace sightline
