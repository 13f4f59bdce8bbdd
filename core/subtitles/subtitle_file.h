// Caption files on the disk.
#pragma once

#include <filesystem>
#include <string>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/captions/cue.h"
#include "core/subtitles/subtitle_format.h"

namespace sightline {

struct SubtitleFile {
    SubtitleReading reading;
    const SubtitleFormat* format = nullptr;  // never null; what the file turned out to be
    std::string encoding;                    // "UTF-8", "UTF-16LE", "WINDOWS-1252", ...
};

// Any encoding (see decodeText); damaged characters are among the warnings. The format is the content's, and the
// extension's where the content does not tell. Of `video` and its length, where they are known, the file's own captions
// are chosen, and seconds told from milliseconds (see SubtitleContext).
// Blocks while it reads. Any thread. Errors: NotFound, Io, Corrupt (with the line), Unsupported.
Result<SubtitleFile> readSubtitleFile(const std::filesystem::path& path, MediaTime videoDuration = {},
                                      const std::filesystem::path& video = {});

// UTF-8; atomic, as writeFileAtomically, whose errors these are. Any thread.
Result<void> writeSubtitleFile(const CueTrack& track, const std::filesystem::path& path, const SubtitleFormat& format,
                               const std::filesystem::path& video = {});

// Of captions in the file at `path` about `video`; either may be empty.
SubtitleContext contextOf(const std::filesystem::path& path, const std::filesystem::path& video,
                          MediaTime videoDuration = {});

}  // namespace sightline
