#include "core/media/files/continuous_clock.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace sightline {
namespace {

// dts never go back, save by a leap or damage. A longer gap ahead is taken for a leap, as the ffmpeg program does
// (-dts_delta_threshold).
constexpr AVRational kBackLimit{1, 10};
constexpr AVRational kForwardLimit{10, 1};

std::int64_t inTicks(AVRational seconds, AVRational timeBase) { return av_rescale_q(1, seconds, timeBase); }

}  // namespace

ContinuousClock::ContinuousClock(AVRational timeBase)
    : backLimit_(inTicks(kBackLimit, timeBase)), forwardLimit_(inTicks(kForwardLimit, timeBase)) {}

ContinuousClock::ContinuousClock(AVRational timeBase, std::vector<Piece> pieces) : ContinuousClock(timeBase) {
    if (!pieces.empty()) {
        pieces_ = std::move(pieces);
        pieces_.front().position = 0;
    }
    furthest_ = std::numeric_limits<std::int64_t>::max();
}

std::size_t ContinuousClock::pieceAt(std::int64_t position) const {
    const auto after = std::upper_bound(pieces_.begin(), pieces_.end(), position,
                                        [](std::int64_t at, const Piece& piece) { return at < piece.position; });
    return static_cast<std::size_t>(after - pieces_.begin()) - 1;
}

void ContinuousClock::apply(AVPacket& packet) {
    if (packet.pos >= 0) {
        position_ = packet.pos;
    }
    std::int64_t offset = pieces_[pieceAt(position_)].offset;
    contiguous_ = contiguous_ || position_ <= furthest_;
    // What has no position of its own goes on in what the packet before began.
    if (contiguous_ && position_ >= furthest_ && packet.dts != AV_NOPTS_VALUE) {
        const std::int64_t step = last_ != AV_NOPTS_VALUE ? packet.dts + offset - last_ : 0;
        const bool isNew = position_ > furthest_;
        if (isNew && last_ != AV_NOPTS_VALUE && isLeap(step)) {
            offset += step_ - step;
            pieces_.push_back({position_, offset});
        } else if (step > 0) {
            step_ = step;
        }
        if (isNew || step > 0) {  // else it was seen before a seek
            last_ = packet.dts + offset;
        }
        furthest_ = position_;
    }
    for (std::int64_t* timestamp : {&packet.dts, &packet.pts}) {
        if (*timestamp != AV_NOPTS_VALUE) {
            *timestamp += offset;
        }
    }
}

}  // namespace sightline
