#include "core/media/writing/recorded_captions.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/media/ffmpeg_common.h"

namespace sightline {
namespace {

MediaTime timeOf(std::int64_t timestamp, AVRational base) {
    return MediaTime(av_rescale_q(timestamp, base, kNanosecondBase));
}

}  // namespace

Result<RecordedCaptions> readRecordedCaptions(const std::filesystem::path& video, const std::stop_token& stop) {
    routeFfmpegLog();
    AVFormatContext* raw = avformat_alloc_context();
    raw->interrupt_callback = interruptedBy(stop);
    if (avformat_open_input(&raw, ("file:" + video.string()).c_str(), av_find_input_format("matroska"), nullptr) < 0) {
        return fail(ErrorCode::Corrupt,
                    fmt::format("Cannot read {}: it is not a recording, or its beginning is damaged.", video.string()));
    }
    const FormatContextPtr format(raw);
    const int pictures = av_find_best_stream(raw, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    const int captions = av_find_best_stream(raw, AVMEDIA_TYPE_SUBTITLE, -1, -1, nullptr, 0);
    if (pictures < 0) {
        return fail(ErrorCode::Corrupt, fmt::format("Cannot read {}: no picture is in it.", video.string()));
    }
    RecordedCaptions found;
    const PacketPtr packet(av_packet_alloc());
    while (av_read_frame(raw, packet.get()) >= 0) {
        const AVRational base = raw->streams[packet->stream_index]->time_base;
        if (packet->pts != AV_NOPTS_VALUE && packet->stream_index == pictures) {
            found.end = std::max(found.end, timeOf(packet->pts + packet->duration, base));
        } else if (packet->pts != AV_NOPTS_VALUE && packet->stream_index == captions && packet->size > 0) {
            RecordedCaption piece{
                timeOf(packet->pts, base),
                timeOf(packet->pts + packet->duration, base),
                {reinterpret_cast<const char*>(packet->data), static_cast<std::size_t>(packet->size)}};
            const bool goesOn = !found.captions.empty() && found.captions.back().text == piece.text &&
                                found.captions.back().end == piece.start;
            if (goesOn) {
                found.captions.back().end = piece.end;
            } else {
                found.captions.push_back(std::move(piece));
            }
        }
        av_packet_unref(packet.get());
    }
    if (stop.stop_requested()) {
        return fail(ErrorCode::Cancelled, "Stopped.");
    }
    return found;
}

}  // namespace sightline
