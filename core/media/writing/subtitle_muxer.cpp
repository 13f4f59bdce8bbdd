#include "core/media/writing/subtitle_muxer.h"

#include <algorithm>

#include "core/media/writing/stream_copy.h"
#include "core/media/writing/subtitle_packets.h"

namespace sightline {
namespace {

constexpr AVRational kMilliseconds{1, 1000};

Error noMemory() { return {ErrorCode::Internal, "Cannot write the subtitles: no memory. Close other programs.", {}}; }

// Writes the packets of a track in their turn.
class SubtitleTrack {
public:
    SubtitleTrack(StreamCopy& copy, AVStream& track, std::vector<SubtitlePacket> packets)
        : copy_(copy), track_(track), packets_(std::move(packets)) {}

    // On the clock of `packets`, in milliseconds.
    Result<void> writeUpTo(std::int64_t timeMs) {
        for (; written_ < packets_.size() && packets_[written_].startMs <= timeMs; ++written_) {
            const SubtitlePacket& subtitle = packets_[written_];
            const int size = static_cast<int>(subtitle.payload.size());
            if (av_new_packet(packet_.get(), size) < 0) {
                return tl::unexpected(noMemory());
            }
            std::copy_n(subtitle.payload.data(), size, packet_->data);
            packet_->pts = packet_->dts = subtitle.startMs - copy_.writer().shift(kMilliseconds);
            packet_->duration = subtitle.durationMs;
            packet_->flags |= AV_PKT_FLAG_KEY;
            if (auto written = copy_.writer().write(*packet_, track_, kMilliseconds); !written) {
                return written;
            }
        }
        return {};
    }

private:
    StreamCopy& copy_;
    AVStream& track_;
    const std::vector<SubtitlePacket> packets_;
    std::size_t written_ = 0;  // of packets_
    PacketPtr packet_{av_packet_alloc()};
};

}  // namespace

Result<void> muxSubtitles(const std::filesystem::path& input, const std::filesystem::path& output,
                          const std::vector<SubtitleText>& subtitles, const SubtitleMuxOptions& options,
                          const ProgressCallback& progress, const std::stop_token& stop) {
    StreamCopy copy(progress, stop);
    auto added = copy.open(input, output,
                           {options.overwrite, options.leaveOutUnsupported, false, options.language, options.title});
    if (!added) {
        return tl::unexpected(added.error());
    }
    AVStream& stream = **added;
    const Container& container = copy.container();
    stream.time_base = kMilliseconds;
    // In WebM it would make the track one of metadata (D_WEBVTT/DESCRIPTIONS), which players do not show.
    stream.disposition = container.extension == ".webm" ? 0 : AV_DISPOSITION_DESCRIPTIONS;
    if (!describeSubtitles(*stream.codecpar, container.textSubtitles)) {
        return tl::unexpected(noMemory());
    }
    const std::int64_t shift = copy.writer().shift(kMilliseconds);
    SubtitleTrack track(copy, stream,
                        makeSubtitlePackets(subtitles, container.textSubtitles, copy.zero(kMilliseconds) + shift));
    return copy.run([&](std::int64_t timeUs) {
        return track.writeUpTo(timeUs == INT64_MAX ? timeUs
                                                   : av_rescale_q(timeUs, AV_TIME_BASE_Q, kMilliseconds) + shift);
    });
}

}  // namespace sightline
