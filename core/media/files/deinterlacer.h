// Interlaced pictures made whole. Included by core/media only.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>

#include "core/media/ffmpeg_common.h"
#include "core/media/filter_chain.h"

namespace sightline {

// libavfilter's bwdif between decoder and reader: one picture out for each in, a picture later, since it looks at both
// neighbours; best_effort_timestamp is the picture's own. Pictures not flagged interlaced pass through unchanged. Works
// from the first interlaced picture on. One thread at a time.
class Deinterlacer {
public:
    explicit Deinterlacer(int threads) : threads_(threads) {}

    // Takes the next decoded picture; null: there are no more.
    void push(AvFramePtr picture);

    // The next finished picture; null: more input is needed.
    AvFramePtr pull();

    enum class From : std::uint8_t { Start, Middle };

    // Forgets everything. From the middle of a stream, the first picture is only a neighbour if it is interlaced: it is
    // not given out, because a reading from the start would have made it with the picture before it.
    void reset(From from);

private:
    void drain();

    const int threads_;
    std::unique_ptr<FilterChain> chain_;
    AvFramePtr previous_;  // while there is no chain: the neighbour of the first interlaced picture
    std::deque<AvFramePtr> ready_;
    From from_ = From::Start;
    bool skipFirst_ = false;  // what went in first is a neighbour only
    bool unusable_ = false;   // this FFmpeg has no bwdif
};

}  // namespace sightline
