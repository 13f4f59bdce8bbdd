// All packets of a file, on the clock that its pictures are read on. Included by core/media sources only.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <stop_token>
#include <vector>

#include "core/base/result.h"
#include "core/media/ffmpeg_common.h"
#include "core/media/files/continuous_clock.h"
#include "core/media/files/gif_clock.h"

namespace sightline {

// Where timestamps leap (continuous_clock.h), the pictures lead: all other streams are moved by what they are moved by,
// so that sound and picture stay together and captions, whose times come from a reading of the pictures alone, stay
// with theirs. Sound that leaps before the pictures do waits until they have. One thread at a time.
class PacketReader {
public:
    // `format` stands at its beginning and, like `stop`, outlives the reader. `video` is the stream of the pictures.
    PacketReader(AVFormatContext& format, int video, const std::stop_token& stop);

    // False at the end. Errors: Corrupt (reading broke off), Cancelled.
    Result<bool> read(AVPacket& packet);

private:
    struct Stream {
        std::size_t piece = 0;
        std::int64_t alone = 0;              // by how much it leapt without the pictures, in their time base
        std::int64_t last = AV_NOPTS_VALUE;  // moved, likewise
        bool waits = false;                  // its packets are held until the pictures reach the next piece
    };

    bool move(AVPacket& packet);  // false: it must wait
    void moveBy(std::int64_t offset, AVPacket& packet) const;
    void release();

    AVFormatContext& format_;
    const int video_;
    const std::stop_token& stop_;
    std::optional<ContinuousClock> clock_;
    std::optional<GifClock> gif_;
    std::vector<Stream> streams_;
    std::int64_t pictures_ = AV_NOPTS_VALUE;  // their latest dts, moved
    std::size_t pieces_ = 1;                  // that held packets were tried with
    std::deque<PacketPtr> held_;
    std::deque<PacketPtr> ready_;
    bool ended_ = false;
};

}  // namespace sightline
