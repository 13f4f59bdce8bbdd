// Encodes the picture of a video anew: with captions drawn into it, for players and sites that show no subtitles, or
// standing still now and then, for extended audio description.
#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

#include "core/base/result.h"
#include "core/media/frozen_time.h"
#include "core/media/writing/caption_look.h"
#include "core/media/writing/sound_muxer.h"
#include "core/media/writing/subtitle_muxer.h"

namespace sightline {

struct BurnInOptions {
    std::string preset = "medium";    // of x264, "ultrafast" to "veryslow": slower makes smaller files
    int quality = 20;                 // x264's crf, 0 (lossless) to 51; its default, 23, shows on captions' edges
    int threads = 0;                  // of decoder and encoder each; 0: one a core
    bool overwrite = false;           // replace a file that has the output's name
    std::optional<CaptionLook> look;  // of captions from AssFormat, so that they fit the picture; else as `ass` says
};

// Decodes `input`, draws `ass` (the text of an Advanced SubStation Alpha file, UTF-8, times counted from the first
// presented frame) over the upright picture and writes H.264 with 4:2:0 chroma in 8 bits to `output`, an .mp4, .m4v,
// .mov or .mkv file. Every frame keeps its own timestamp, its colour tags and its pixel aspect; a picture of odd width
// or height is scaled to one column or row more, which H.264 needs. Audio is copied where the container takes it, else
// it becomes AAC; existing subtitles and attachments come along where the container takes them; chapters and metadata
// do.
//
// Any thread; blocks. `progress` is called on it with the time of the frame just encoded. Memory: what decoder and
// encoder hold, and 10 s of packets at most. `output` appears when it is complete and flushed to the disk; after an
// error, nothing of it is left and an older file of its name is untouched. Errors: NotFound (no such input, no such
// folder), Corrupt (damaged input), Unsupported (another container, no video, a codec unknown here, `ass` is not ASS,
// no such preset, output is the input), Io (it exists, no room, no permission), Cancelled.
Result<void> burnInSubtitles(const std::filesystem::path& input, const std::filesystem::path& output,
                             const std::string& ass, const BurnInOptions& options = {},
                             const ProgressCallback& progress = {}, const std::stop_token& stop = {});

// What is done to a video that waits while it is described.
struct FrozenVideo {
    FrozenTimeLine times;
    SoundSupply sound;            // on the longer time line; it takes the place of the sound track that players choose
    std::string language = "en";  // of that, BCP 47
    std::string title = "Audio description";
};

// As burnInSubtitles(), without captions: at each freeze the picture that is shown then is held, and written as often
// as those before it were. All else waits meanwhile: other sound tracks become AAC for that, subtitles and chapters get
// the times of the longer time line. Errors: those of burnInSubtitles() and of the sound.
Result<void> writeFrozenVideo(const std::filesystem::path& input, const std::filesystem::path& output,
                              const FrozenVideo& frozen, const BurnInOptions& options = {},
                              const ProgressCallback& progress = {}, const std::stop_token& stop = {});

}  // namespace sightline
