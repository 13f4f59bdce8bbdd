// Decoded pictures of one file, in presentation order. Included by core/media only.
#pragma once

#include <atomic>
#include <filesystem>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/media/ffmpeg_common.h"
#include "core/media/files/deinterlacer.h"
#include "core/media/files/stream_demuxer.h"

namespace sightline {

// Demuxes, decodes and deinterlaces. After a jump it gives out no picture that a reading from the start would show
// otherwise: packets before the first keyframe are not decoded, and pictures that lean on what lies before it (the
// leading ones of an open group of pictures) are not shown. One thread at a time.
class VideoDecoder {
public:
    VideoDecoder(std::filesystem::path path, int threads, const std::atomic<bool>& interrupted);

    // Again: from the first picture.
    // Errors: those of StreamDemuxer::open() and Unsupported (no decoder, absurd picture size).
    Result<void> open();

    StreamDemuxer& demuxer() { return demuxer_; }
    const StreamDemuxer& demuxer() const { return demuxer_; }
    const AVCodecContext& codec() const { return *codec_; }

    // The next picture. EndOfStream at the end or where damage does not let reading go on, Cancelled after an
    // interrupt, Io when the file cannot be read any more.
    Result<AvFramePtr> next();

    // Goes on from a keyframe near `timestamp`, hopefully before it: look at what comes. False when that cannot be
    // done.
    bool jump(std::int64_t timestamp);

    // From the next packet on, pictures before `timestamp` that no other leans on may be left out, to be there sooner;
    // without one, none. H.264 and HEVC only, unless interlaced.
    void hurryTo(std::optional<std::int64_t> timestamp);

    // Of the latest picture that may have been left out since; AV_NOPTS_VALUE while there is none, INT64_MAX where
    // times may have suffered.
    std::int64_t leftOut() const { return leftOut_; }

    // Of the keyframe that the latest jump reached; AV_NOPTS_VALUE while none was reached.
    std::int64_t landing() const { return landing_; }

    // Time from one keyframe to the next, as last seen, in the stream's time base; zero while unknown.
    std::int64_t keyInterval() const { return keyInterval_; }

    // Packets and pictures that were damaged, of those read so far.
    int damaged() const { return damaged_; }
    bool encrypted() const { return encrypted_; }      // reading ended where a key would be needed
    bool demuxFailed() const { return demuxFailed_; }  // reading ended by an error, not by the end of the file
    const std::string& lastProblem() const { return problem_; }  // FFmpeg's words, empty when there was none

private:
    enum class Landing : std::uint8_t {
        Done,          // pictures are good
        AwaitPacket,   // packets before a keyframe's are useless
        AwaitPicture,  // pictures before the keyframe's are not whole
    };

    void restart(Landing landing);
    Result<AvFramePtr> decode();
    void feed();  // one packet, or word that there are no more
    void hurry(const AVPacket& packet);
    bool isUseful(const AVPacket& packet);
    bool isWhole(const AVFrame& picture);
    void note(int code);

    const int threads_;
    const std::atomic<bool>& interrupted_;
    StreamDemuxer demuxer_;
    CodecContextPtr codec_;
    Deinterlacer deinterlacer_;
    PacketPtr packet_;

    Landing landingState_ = Landing::Done;
    std::int64_t landing_ = AV_NOPTS_VALUE;
    bool landingHidden_ = false;  // an edit list hides the keyframe itself

    std::optional<std::int64_t> hurryTo_;
    std::int64_t leftOut_ = AV_NOPTS_VALUE;
    bool interlaced_ = false;  // any picture so far

    std::int64_t lastKey_ = AV_NOPTS_VALUE;
    std::int64_t keyInterval_ = 0;

    bool draining_ = false;
    bool ended_ = false;
    bool encrypted_ = false;
    bool demuxFailed_ = false;
    int drainErrors_ = 0;
    int damaged_ = 0;
    std::string problem_;
};

}  // namespace sightline
