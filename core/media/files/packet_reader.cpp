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

PacketReader::PacketReader(AVFormatContext& format, int video, const std::stop_token& stop)
    : format_(format), video_(video), stop_(stop), streams_(format.nb_streams) {
    if ((format.iformat->flags & AVFMT_TS_DISCONT) != 0) {
        clock_.emplace(format.streams[video]->time_base);
    }
    if (GifClock::isFor(format)) {
        gif_.emplace();
    }
}

void PacketReader::moveBy(std::int64_t offset, AVPacket& packet) const {
    const std::int64_t moved =
        av_rescale_q(offset, format_.streams[video_]->time_base, format_.streams[packet.stream_index]->time_base);
    packet.dts += packet.dts != AV_NOPTS_VALUE ? moved : 0;
    packet.pts += packet.pts != AV_NOPTS_VALUE ? moved : 0;
}

bool PacketReader::move(AVPacket& packet) {
    const auto index = static_cast<std::size_t>(packet.stream_index);
    if (index >= streams_.size()) {
        streams_.resize(index + 1);  // some formats find streams on the way
    }
    Stream& stream = streams_[index];
    const AVStream& from = *format_.streams[packet.stream_index];
    const std::int64_t own = packet.dts != AV_NOPTS_VALUE ? packet.dts : packet.pts;
    if (from.codecpar->codec_type != AVMEDIA_TYPE_AUDIO && from.codecpar->codec_type != AVMEDIA_TYPE_VIDEO) {
        moveBy(clock_->offset(packet.pos >= 0 ? clock_->pieceAt(packet.pos) : clock_->pieces() - 1), packet);
        return true;  // pauses are usual in it, so its own times tell no leap
    }
    if (own == AV_NOPTS_VALUE) {
        moveBy(clock_->offset(stream.piece) + stream.alone, packet);
        return true;
    }
    const std::int64_t time = av_rescale_q(own, from.time_base, format_.streams[video_]->time_base);
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
        }
        const std::int64_t step = stepIn(stream.piece);
        // A pause of the sound alone is none.
        const bool isPause = step > 0 && pictures_ != AV_NOPTS_VALUE && !clock_->isLeap(stream.last + step - pictures_);
        if (clock_->isLeap(step) && !isPause) {
            if (!ended_ && held_.size() < kMostHeld) {
                return false;
            }
            stream.alone -= step;
        }
    }
    const std::int64_t offset = clock_->offset(stream.piece) + stream.alone;
    stream.last = time + offset;
    moveBy(offset, packet);
    return true;
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
        Stream& stream = streams_[static_cast<std::size_t>(packet->stream_index)];
        stream.waits = stream.waits || !move(*packet);
        (stream.waits ? held_ : ready_).push_back(std::move(packet));
    }
}

Result<bool> PacketReader::read(AVPacket& packet) {
    while (true) {
        if (stop_.stop_requested()) {
            return fail(ErrorCode::Cancelled, "Reading was cancelled.");
        }
        if (!ready_.empty()) {
            av_packet_move_ref(&packet, ready_.front().get());
            ready_.pop_front();
            return true;
        }
        if (ended_) {
            return false;
        }
        const int code = av_read_frame(&format_, &packet);
        if (stop_.stop_requested()) {
            continue;
        }
        if (code == AVERROR_EOF) {
            ended_ = true;
            release();
            continue;
        }
        if (code < 0) {
            return fail(ErrorCode::Corrupt,
                        fmt::format("Cannot read {}: it is damaged. Get an intact copy.", format_.url),
                        ffmpegErrorText(code));
        }
        if (gif_) {
            gif_->apply(packet);
        }
        if (!clock_) {
            return true;
        }
        if (packet.stream_index == video_) {
            clock_->apply(packet);
            pictures_ = packet.dts != AV_NOPTS_VALUE ? packet.dts : pictures_;
            release();
            return true;
        }
        const auto index = static_cast<std::size_t>(packet.stream_index);
        if (index < streams_.size() && streams_[index].waits) {
            held_.emplace_back(av_packet_alloc());
            av_packet_move_ref(held_.back().get(), &packet);
            release();
            continue;
        }
        if (move(packet)) {
            return true;
        }
        streams_[index].waits = true;
        pieces_ = clock_->pieces();
        held_.emplace_back(av_packet_alloc());
        av_packet_move_ref(held_.back().get(), &packet);
    }
}

}  // namespace sightline
