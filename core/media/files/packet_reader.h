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
// with theirs. Sound that leaps before the pictures do waits until they have. Where a recording's sound is longer than
// its pictures, what the next one has for the same time is left out: two sounds cannot follow each other there without
// moving all that comes after. One thread at a time.
class PacketReader {
public:
    // `format` stands at its beginning and outlives the reader. `video` is the stream of the pictures.
    PacketReader(AVFormatContext& format, int video, std::stop_token stop = {});

    // False at the end. Errors: Corrupt (reading broke off), Cancelled.
    Result<bool> read(AVPacket& packet);

    // The same with FFmpeg's codes: AVERROR_EOF at the end, AVERROR_EXIT when cancelled.
    int next(AVPacket& packet);

    // Where in the file another stream than that of the pictures was moved, and by how much in its own time base.
    std::vector<ContinuousClock::Piece> piecesOf(int stream) const;

private:
    enum class Fate : std::uint8_t { Ready, Waits, LeftOut };

    // Times in units of the pictures' time base.
    struct Stream {
        std::size_t piece = 0;
        std::int64_t alone = 0;              // by how much it leapt without the pictures
        std::int64_t last = AV_NOPTS_VALUE;  // moved
        std::int64_t end = AV_NOPTS_VALUE;   // of what was given out
        bool joins = false;                  // nothing of its latest piece was given out yet
        bool waits = false;                  // its packets are held until the pictures reach the next piece
        std::vector<ContinuousClock::Piece> pieces;
    };

    Fate move(AVPacket& packet);
    Stream& stateOf(const AVPacket& packet);
    std::int64_t inPictureTime(std::int64_t ticks, const AVPacket& packet) const;
    void moveBy(std::int64_t offset, AVPacket& packet) const;
    void release();

    AVFormatContext& format_;
    const int video_;
    const std::stop_token stop_;
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
