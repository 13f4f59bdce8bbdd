// Opens a file for reading its packets: which stream people see, where its time begins, a decoder for a stream.
// Included by core/media sources only.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>

#include "core/base/result.h"
#include "core/media/ffmpeg_common.h"

namespace sightline {

// Whether it is a picture that stands for the file (its cover), not video.
bool isCover(const AVStream& stream);

// Index of the video stream that people see, for reading, copying and burning in alike: one that can be decoded, the
// default one, among several the largest picture; covers are none. Negative when there is none.
int mainVideoStream(const AVFormatContext& input);

// Index of the audio stream that players choose; negative when there is none.
int mainAudioStream(const AVFormatContext& input);

// Where MediaTime counts from, for reading, copying and burning in alike: the first picture's timestamp, or where sound
// begins that leads it by more than a quarter of a second, because there players begin and count. (Less is the delay of
// codecs and broadcast formats.) In the time base of `video`.
std::int64_t timeZero(const AVFormatContext& input, const AVStream& video, std::int64_t firstPicture);

// The picture that plays first; a stream's own start time is that of its first packet, which may be hidden by an edit
// list or may not be decodable.
struct FirstFrame {
    int streamIndex = -1;
    AVRational timeBase{};  // of the stream
    AvFramePtr picture;     // null when the stream cannot be decoded here
    std::int64_t zero = 0;  // timeZero()
};

struct VideoInput {
    FirstFrame first;
    FormatContextPtr context;  // at its beginning
};

// Opens the file twice, once for the first picture. Of an animated WebP file, which FFmpeg finds but does not decode,
// the picture comes from animated_webp.h, in milliseconds. Errors: NotFound, Io (no permission), Corrupt, Cancelled,
// and Unsupported when there is no video stream. `stop` must outlive the context.
Result<VideoInput> openVideoInput(const std::filesystem::path& path, const std::stop_token& stop);

// What decodes a stream; null where nothing here does. FFmpeg's own decoders of VP8 and VP9 leave transparency out.
const AVCodec* decoderFor(const AVStream& stream);

// A decoder for one stream, threads as many as `threads` (0: one a core). Error: Unsupported.
Result<CodecContextPtr> openDecoder(const AVStream& stream, int threads);

// "stream 2 (audio, pcm_s16le)", for messages.
std::string nameOf(const AVStream& stream);

}  // namespace sightline
