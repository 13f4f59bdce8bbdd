#include "core/media/files/packet_reader.h"

#include <cstdlib>
#include <utility>

#include <fmt/format.h>

namespace sightline {
namespace {

// Sound is a second or two from its pictures. What still waits after so many packets, a minute or more, leapt alone: it
// goes on from where it was.
constexpr std::size_t kMostHeld = 4096;

}  // namespace

PacketReader::PacketReader(AVFormatContext& format, int video, std::stop_token stop)
    : format_(format), video_(video), stop_(std::move(stop)), streams_(format.nb_streams) {
    if ((format.iformat->flags & AVFMT_TS_DISCONT) != 0) {
        clock_.emplace(format.streams[video]->time_base);
    }
    if (GifClock::isFor(format)) {
        gif_.emplace();
    }
}

PacketReader::Stream& PacketReader::stateOf(const AVPacket& packet) {
    const auto index = static_cast<std::size_t>(packet.stream_index);
    if (index >= streams_.size()) {
        streams_.resize(index + 1);  // some formats find streams on the way
    }
    return streams_[index];
}

std::vector<ContinuousClock::Piece> PacketReader::piecesOf(int stream) const {
    const auto index = static_cast<std::size_t>(stream);
    std::vector<ContinuousClock::Piece> pieces;
    for (const ContinuousClock::Piece& piece :
         index < streams_.size() ? streams_[index].pieces : std::vector<ContinuousClock::Piece>()) {
        pieces.push_back({piece.position, av_rescale_q(piece.offset, format_.streams[video_]->time_base,
                                                       format_.streams[stream]->time_base)});
    }
    return pieces;
}

std::int64_t PacketReader::inPictureTime(std::int64_t ticks, const AVPacket& packet) const {
    return av_rescale_q(ticks, format_.streams[packet.stream_index]->time_base, format_.streams[video_]->time_base);
}

void PacketReader::moveBy(std::int64_t offset, AVPacket& packet) const {
    const std::int64_t moved =
        av_rescale_q(offset, format_.streams[video_]->time_base, format_.streams[packet.stream_index]->time_base);
    packet.dts += packet.dts != AV_NOPTS_VALUE ? moved : 0;
    packet.pts += packet.pts != AV_NOPTS_VALUE ? moved : 0;
}

PacketReader::Fate PacketReader::move(AVPacket& packet) {
    Stream& stream = stateOf(packet);
    const AVMediaType kind = format_.streams[packet.stream_index]->codecpar->codec_type;
    const std::int64_t own = packet.dts != AV_NOPTS_VALUE ? packet.dts : packet.pts;
    if (kind != AVMEDIA_TYPE_AUDIO && kind != AVMEDIA_TYPE_VIDEO) {
        moveBy(clock_->offset(packet.pos >= 0 ? clock_->pieceAt(packet.pos) : clock_->pieces() - 1), packet);
        return Fate::Ready;  // pauses are usual in it, so its own times tell no leap
    }
    if (own == AV_NOPTS_VALUE) {
        moveBy(clock_->offset(stream.piece) + stream.alone, packet);
        return Fate::Ready;
    }
    const std::int64_t time = inPictureTime(own, packet);
    const auto stepIn = [&](std::size_t piece) {
        return time + clock_->offset(piece) + (piece == stream.piece ? stream.alone : 0) - stream.last;
    };
    if (stream.last == AV_NOPTS_VALUE) {
        stream.piece = packet.pos >= 0 ? clock_->pieceAt(packet.pos) : 0;
    } else {
        while (stream.piece + 1 < clock_->pieces() &&
               std::abs(stepIn(stream.piece + 1)) < std::abs(stepIn(stream.piece))) {
            ++stream.piece;
            stream.alone = 0;
            stream.joins = true;
        }
        const std::int64_t step = stepIn(stream.piece);
        // A pause of the sound alone is none.
        const bool isPause = step > 0 && pictures_ != AV_NOPTS_VALUE && !clock_->isLeap(stream.last + step - pictures_);
        if (clock_->isLeap(step) && !isPause && !stream.joins) {
            if (!ended_ && held_.size() < kMostHeld) {
                return Fate::Waits;
            }
            stream.alone -= step;
        }
    }
    const std::int64_t offset = clock_->offset(stream.piece) + stream.alone;
    if (packet.pos >= 0 && (stream.pieces.empty() || stream.pieces.back().offset != offset)) {
        stream.pieces.push_back({packet.pos, offset});
    }
    stream.last = time + offset;
    moveBy(offset, packet);
    const std::int64_t duration = inPictureTime(packet.duration, packet);
    if (stream.joins && kind == AVMEDIA_TYPE_AUDIO && stream.last + duration / 2 < stream.end) {
        return Fate::LeftOut;
    }
    stream.joins = false;
    stream.end = stream.last + duration;
    return Fate::Ready;
}

// Held packets whose piece is known now, or all.
void PacketReader::release() {
    if (held_.empty() || (!ended_ && pieces_ == clock_->pieces() && held_.size() < kMostHeld)) {
        return;
    }
    pieces_ = clock_->pieces();
    for (Stream& stream : streams_) {
        stream.waits = false;
    }
    for (PacketPtr& packet : std::exchange(held_, {})) {
        Stream& stream = stateOf(*packet);
        const Fate fate = stream.waits ? Fate::Waits : move(*packet);
        stream.waits = fate == Fate::Waits;
        if (fate != Fate::LeftOut) {
            (stream.waits ? held_ : ready_).push_back(std::move(packet));
        }
    }
}

int PacketReader::next(AVPacket& packet) {
    while (true) {
        if (stop_.stop_requested()) {
            return AVERROR_EXIT;
        }
        if (!ready_.empty()) {
            av_packet_move_ref(&packet, ready_.front().get());
            ready_.pop_front();
            return 0;
        }
        if (ended_) {
            return AVERROR_EOF;
        }
        const int code = av_read_frame(&format_, &packet);
        if (code == AVERROR_EOF) {
            ended_ = true;
            release();
            continue;
        }
        if (code < 0) {
            return code;
        }
        if (gif_) {
            gif_->apply(packet);
        }
        if (!clock_) {
            return 0;
        }
        if (packet.stream_index == video_) {
            clock_->apply(packet);
            pictures_ = packet.dts != AV_NOPTS_VALUE ? packet.dts : pictures_;
            release();
            return 0;
        }
        Stream& stream = stateOf(packet);
        const bool hasWaited = stream.waits;
        const Fate fate = hasWaited ? Fate::Waits : move(packet);
        if (fate == Fate::Ready) {
            return 0;
        }
        if (fate == Fate::LeftOut) {
            av_packet_unref(&packet);
            continue;
        }
        stream.waits = true;
        held_.emplace_back(av_packet_alloc());
        av_packet_move_ref(held_.back().get(), &packet);
        if (hasWaited) {
            release();
        } else {
            pieces_ = clock_->pieces();
        }
    }
}

Result<bool> PacketReader::read(AVPacket& packet) {
    const int code = next(packet);
    if (stop_.stop_requested()) {
        return fail(ErrorCode::Cancelled, "Reading was cancelled.");
    }
    if (code < 0 && code != AVERROR_EOF) {
        return fail(ErrorCode::Corrupt, fmt::format("Cannot read {}: it is damaged. Get an intact copy.", format_.url),
                    ffmpegErrorText(code));
    }
    return code >= 0;
}

}  // namespace sightline
