// What both writers of video files share: opening the input, making the output like it, writing packets, finishing.
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
#include "core/media/output_file.h"

namespace sightline {

inline constexpr AVRational kNanosecondBase{1, 1'000'000'000};

// A kind of file we write, found by its extension.
struct Container {
    std::string extension;  // with its dot, lower case
    const char* muxer;      // libavformat's name
    AVCodecID textSubtitles;

    bool isMatroska() const { return extension == ".mkv" || extension == ".webm"; }
};

// Unsupported for containers that hold no text subtitles we could write (AVI, MPEG-TS, FLV) and for unknown ones.
Result<Container> containerFor(const std::filesystem::path& target);

// Index of the video stream that people see, covers left out; negative when there is none or no decoder for it.
int mainVideoStream(const AVFormatContext& input);

// The picture that plays first. Its timestamp is where MediaTime counts from: a stream's own start time is that of its
// first packet, which may be hidden by an edit list or may not be decodable.
struct FirstFrame {
    int streamIndex = -1;
    AVRational timeBase{};  // of the stream
    AvFramePtr picture;     // null when the stream cannot be decoded here
    std::int64_t timestamp = 0;
};

struct VideoInput {
    FirstFrame first;
    FormatContextPtr context;  // at its beginning
};

// Opens the file twice, once for the first picture. Errors: NotFound, Io (no permission), Corrupt, Cancelled, and
// Unsupported when there is no video stream. `stop` must outlive the context.
Result<VideoInput> openVideoInput(const std::filesystem::path& path, const std::stop_token& stop);

// A decoder for one stream, threads as many as `threads` (0: one a core). Error: Unsupported.
Result<CodecContextPtr> openDecoder(const AVStream& stream, int threads);

// Tracks that the MP4 muxer makes itself: that of the chapters, from the chapters, and the time code, from its tag.
bool isMadeAnew(const AVStream& stream);

// "stream 2 (audio, pcm_s16le)", for messages.
std::string nameOf(const AVStream& stream);

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

    // Whether the container takes the stream as it is.
    bool holds(const AVStream& stream) const;

    // Whether encoders must put their parameters beside the stream instead of into it.
    bool wantsGlobalHeader() const { return (context_->oformat->flags & AVFMT_GLOBALHEADER) != 0; }

    // A stream with the codec, tags, disposition and side data of `from`; a cover becomes an attachment where covers
    // are attachments. Error: Internal.
    Result<AVStream*> addCopy(AVStream& from);
    // A stream with tags and disposition of `from` (may be null) and a codec still to be set. Error: Internal.
    Result<AVStream*> addNew(const AVStream* from);

    // Error: Io, Unsupported (the container refuses something of a stream).
    Result<void> start();

    // Takes the packet's content. `base` is its time base; timestamps are those of the input. Packets of all streams
    // are put in order, which holds back at most 10 s of them. Error: Io.
    Result<void> write(AVPacket& packet, AVStream& to, AVRational base);

    Result<void> finish();

private:
    ContainerWriter(const Container& container, const OutputFile& file, const AVFormatContext& input);
    Error writeError(int code) const;
    bool writesCodecDelay(const AVCodecParameters& codec) const;
    void copyChapters(const AVFormatContext& input);
    void copyMetadata(const AVFormatContext& input);

    Container container_;
    const OutputFile& file_;
    std::unique_ptr<AVFormatContext, MuxerDeleter> context_;
    std::int64_t shiftUs_ = 0;
    bool unusualMetadata_ = false;
    std::vector<std::int64_t> lastDts_;  // by stream
};

inline Error cancelledWriting() { return {ErrorCode::Cancelled, "Writing was cancelled.", {}}; }

}  // namespace sightline
