// Adds captions to a copy of a video as a subtitle track that players switch on and off; nothing is encoded again.
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"

namespace sightline {

struct SubtitleText {
    MediaTime start{};  // half-open range [start, end), counted from the first presented frame of the video
    MediaTime end{};
    std::string text;  // UTF-8, plain; line breaks as "\n"
};

struct SubtitleMuxOptions {
    std::string language = "en";         // BCP 47
    std::string title = "Descriptions";  // what players show in their list of tracks
    bool overwrite = false;              // replace a file that has the output's name
    // Subtitles, covers, attached files and data that the output's container cannot hold are left out with a warning in
    // the log, instead of an error. Never picture or sound, unless FFmpeg cannot identify it at all.
    bool leaveOutUnsupported = false;
};

// Called on the muxer's thread with how far it has come, in order.
using ProgressCallback = std::function<void(MediaTime)>;

// Copies every stream of `input`, chapters, metadata, dispositions and rotation into `output` and adds `subtitles`,
// which may come in any order and overlap, as a track: mov_text in .mp4, .m4v and .mov, SubRip in .mkv, WebVTT in
// .webm. It has the disposition "descriptions", but not in .webm, where players then hide it. copyTargetFor() finds the
// kind of file that keeps everything. Subtitles without text or length are left out; their times are kept to the
// millisecond. Timestamps stay, except those of broadcast formats (MPEG-TS, MPEG-PS), which are made to start at zero,
// and in .mkv and .webm, which hold no negative ones: all are raised alike there, and frames that an edit list hid are
// shown.
//
// Any thread; blocks. Memory: 10 s of packets at most. `output` appears when it is complete and flushed to the disk;
// after an error, nothing of it is left and an older file of its name is untouched. Errors: NotFound (no such input, no
// such folder), Corrupt (damaged input), Unsupported (a container without text subtitles, a stream or a rotation the
// container cannot hold, no video, output is the input), Io (it exists, no room, no permission), Cancelled.
Result<void> muxSubtitles(const std::filesystem::path& input, const std::filesystem::path& output,
                          const std::vector<SubtitleText>& subtitles, const SubtitleMuxOptions& options = {},
                          const ProgressCallback& progress = {}, const std::stop_token& stop = {});

}  // namespace sightline
