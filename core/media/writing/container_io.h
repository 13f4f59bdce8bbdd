// What both writers of video files share: making the output like the input, writing packets, finishing.
// Included by core/media sources only.
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/media/ffmpeg_common.h"
#include "core/media/files/video_input.h"
#include "core/media/writing/output_file.h"

namespace sightline {

// A kind of file we write, found by its extension.
struct Container {
    std::string extension;        // with its dot, lower case
    const char* muxer = nullptr;  // libavformat's name
    AVCodecID textSubtitles = AV_CODEC_ID_NONE;

    bool isMatroska() const { return extension == ".mkv" || extension == ".webm"; }
};

// Unsupported for containers that hold no text subtitles we could write (AVI, MPEG-TS, FLV) and for unknown ones.
Result<Container> containerFor(const std::filesystem::path& target);

// Whether such a file takes the stream of `input` as it is. Tried out in memory where the muxer's own table does not
// say all: Matroska holds what AVI and ASF hold, but not every codec has a name there. Any thread.
bool holds(const Container& container, const AVFormatContext& input, AVStream& stream);

// False where the picture would be shown on its side, because this FFmpeg's muxer leaves the display matrix out.
bool keepsRotation(const Container& container, const AVStream& stream);

// Whether a copy without the stream is no copy: picture and sound, but not a cover, subtitles, attached files, data and
// sound that this FFmpeg cannot identify at all.
bool isEssential(const AVStream& stream);

// Tracks that the MP4 muxer makes itself: that of the chapters, from the chapters, and the time code, from its tag.
bool isMadeAnew(const AVStream& stream);

struct MuxerDeleter {
    void operator()(AVFormatContext* context) const {
        avio_closep(&context->pb);
        avformat_free_context(context);
    }
};

// A container being written: one call of each method in this order, except addCopy() and write(). One thread.
class ContainerWriter {
public:
    // Chapters and metadata of `input` come along. Errors: Io, Internal.
    static Result<ContainerWriter> open(const Container& container, const OutputFile& file,
                                        const AVFormatContext& input);

    // What write() adds to timestamps of that base: zero except for broadcast formats.
    std::int64_t shift(AVRational base) const { return av_rescale_q(shiftUs_, AV_TIME_BASE_Q, base); }

    // Whether encoders must put their parameters beside the stream instead of into it.
    bool wantsGlobalHeader() const { return (context_->oformat->flags & AVFMT_GLOBALHEADER) != 0; }

    // A stream with the codec, tags, disposition and side data of `from`; a cover becomes an attachment where covers
    // are attachments. Error: Internal.
    Result<AVStream*> addCopy(AVStream& from);
    // A stream with tags and disposition of `from` (may be null) and a codec still to be set. Error: Internal.
    Result<AVStream*> addNew(const AVStream* from);
    // A stream that no input has. `language`: BCP 47. `title`: what players show in their list of tracks. Error:
    // Internal.
    Result<AVStream*> addTrack(const std::string& language, const std::string& title);

    // Error: Io, Unsupported (the container refuses something of a stream).
    Result<void> start();

    // Takes the packet's content. `base` is its time base; timestamps are those of the input. Packets of all streams
    // are put in order, which holds back at most 10 s of them. Error: Io.
    Result<void> write(AVPacket& packet, AVStream& to, AVRational base);

    Result<void> finish();

private:
    friend bool holds(const Container& container, const AVFormatContext& input, AVStream& stream);

    ContainerWriter(const Container& container, const OutputFile* file, const AVFormatContext& input);
    static bool startsWith(const Container& container, const AVFormatContext& input, AVStream& stream);
    Error writeError(int code) const;
    bool writesCodecDelay(const AVCodecParameters& codec) const;
    void copyChapters(const AVFormatContext& input);
    void copyMetadata(const AVFormatContext& input);

    Container container_;
    const OutputFile* file_;  // null while a container is tried out
    std::unique_ptr<AVFormatContext, MuxerDeleter> context_;
    std::int64_t shiftUs_ = 0;
    bool unusualMetadata_ = false;
    std::vector<std::int64_t> lastDts_;  // by stream
};

inline Error cancelledWriting() { return {ErrorCode::Cancelled, "Writing was cancelled.", {}}; }

}  // namespace sightline
