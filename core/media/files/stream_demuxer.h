// The packets of one stream of a file. Included by core/media only.
#pragma once

#include <atomic>
#include <filesystem>
#include <optional>
#include <vector>

#include "core/base/result.h"
#include "core/media/ffmpeg_common.h"
#include "core/media/files/continuous_clock.h"
#include "core/media/files/gif_clock.h"
#include "core/media/files/packet_reader.h"

namespace sightline {

// Opens a file, chooses its video or audio stream and reads that stream's packets in decoding order. Where timestamps
// leap, sound is moved as the pictures beside it are (packet_reader.h). One thread at a time.
class StreamDemuxer {
public:
    // Reading stops with AVERROR_EXIT once `interrupted` is set; it must outlive the demuxer. `index`: of the stream;
    // negative: that of the kind which players choose.
    StreamDemuxer(std::filesystem::path path, const std::atomic<bool>& interrupted,
                  AVMediaType kind = AVMEDIA_TYPE_VIDEO, int index = -1);

    // Again: from the first byte. After an error all is as before.
    // Errors: NotFound, Io, Corrupt (not a video, or its headers are damaged), Unsupported (no stream of that kind).
    Result<void> open();

    const std::filesystem::path& path() const { return path_; }
    AVFormatContext& format() const { return *format_; }
    AVStream& stream() const { return *stream_; }

    // The next packet of the stream; a negative FFmpeg error code, AVERROR_EOF at the end.
    int read(AVPacket& packet);

    // Whether every jump leads to the first picture, as in GIFs.
    bool landsAtStart() const { return gif_.has_value(); }

    // Goes to a place at or before `timestamp`, preferably a keyframe; how far before, and whether really before,
    // depends on the container. False when it cannot be sought.
    bool jump(std::int64_t timestamp);

    // The last keyframe at or before `timestamp` that the container's index knows, and whether it knows a later one.
    struct IndexedKey {
        std::int64_t timestamp;
        bool certain;
    };
    std::optional<IndexedKey> keyBefore(std::int64_t timestamp) const;

    // Whether timestamps leapt in the part read so far, so that the container's own times do not tell its length.
    bool leaps() const { return clock_ && clock_->leaps(); }

    // Looks at a few places of a file whose timestamps may leap. Where they seem to, it is read through, up to 512 MiB,
    // so that leaps() and joinedDuration() know. Before the first read.
    void lookForLeaps();

    // How long the joined parts are together, in the stream's time base; zero while that is not known.
    std::int64_t joinedDuration() const { return leaps() ? joinedDuration_ : 0; }

    // What the headers say the stream lasts, in its time base; zero when they do not.
    std::int64_t announcedDuration() const;

    // What the headers say the whole file lasts, with all its sound, in the stream's time base; zero when they do not.
    std::int64_t fileDuration() const;

    // Where pictures and sound end, in the stream's time base, of a file whose headers do not say, as of a recording
    // that was cut off or of one that a browser made; zero when it cannot be found. Reads the file's last part, or all
    // of it where no time stands there. Opens the file again.
    std::int64_t findEnd() const;

    // Whether anything of any stream stands at or after `timestamp`, given in the stream's time base: a file whose
    // sound goes on is not cut short. Opens the file again.
    bool goesOnUntil(std::int64_t timestamp) const;

private:
    struct Key {
        std::int64_t timestamp;  // dts on the continuous clock
        std::int64_t position;
    };

    FormatContextPtr openAgain() const;  // null when it cannot be
    int readFrame(AVPacket& packet);
    void beginClock();
    ContinuousClock clockSoFar() const;  // where there is one
    void scan();                         // the whole file, for leaps, keyframes and its length
    bool seemsToLeap() const;

    const std::filesystem::path path_;
    const std::atomic<bool>& interrupted_;
    const AVMediaType kind_;
    const int index_;
    FormatContextPtr format_;
    AVStream* stream_ = nullptr;  // owned by format_
    std::optional<GifClock> gif_;
    // Of formats whose timestamps may leap: one of these.
    std::optional<ContinuousClock> clock_;
    std::optional<PacketReader> together_;  // sound and picture, until the first jump: then it is known where they leap

    std::optional<std::vector<Key>> scanned_;  // empty where the timestamps do not leap
    std::int64_t joinedDuration_ = 0;
};

}  // namespace sightline
