// One clock for streams whose timestamps start over. Included by core/media only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/media/ffmpeg_common.h"

namespace sightline {

// Joined recordings, broadcasts and DVDs (MPEG transport and program streams) may leap to another time in the middle.
// Each such piece is moved so that it follows the one before. Pieces are known by where they begin in the file, so
// packets of parts already seen are moved rightly after a seek, too. One thread at a time.
class ContinuousClock {
public:
    struct Piece {
        std::int64_t position;  // of its first byte
        std::int64_t offset;    // added to its timestamps
    };

    explicit ContinuousClock(AVRational timeBase);

    // One that is told where the pieces begin, in their order, because another stream leads; it looks for no more.
    ContinuousClock(AVRational timeBase, std::vector<Piece> pieces);

    // Moves the packet's pts and dts. New pieces are found while packets come in the order of the file.
    void apply(AVPacket& packet);

    // The next packet does not follow the latest one. Nothing is concluded from times until a known part is reached.
    void jumped() { contiguous_ = false; }

    // Whether the timestamps leapt anywhere in what was seen.
    bool leaps() const { return pieces_.size() > 1; }

    // The pieces found so far, in their order, and what is added to the timestamps of one.
    std::size_t pieces() const { return pieces_.size(); }
    std::int64_t offset(std::size_t piece) const { return pieces_[piece].offset; }
    std::size_t pieceAt(std::int64_t position) const;

    // A gap ahead, or a step back, that is taken for a leap.
    bool isLeap(std::int64_t step) const { return step < -backLimit_ || step > forwardLimit_; }

private:
    std::int64_t backLimit_;
    std::int64_t forwardLimit_;
    std::vector<Piece> pieces_{{0, 0}};
    bool contiguous_ = true;     // with the furthest packet
    std::int64_t position_ = 0;  // of the latest packet
    std::int64_t furthest_ = -1;
    std::int64_t last_ = AV_NOPTS_VALUE;  // latest dts at the furthest packet, moved
    std::int64_t step_ = 0;               // from the dts before it
};

}  // namespace sightline
