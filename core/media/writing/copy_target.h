// Which kind of file holds a copy of a video: chosen by its streams, not by its name.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace sightline {

// `name` with the extension that a copy of `input` with captions needs: the video's own where such a file takes
// captions and all its streams, else .mkv, else .mov, else .mp4, whichever first keeps picture, sound, rotation and
// subtitles. Any thread; reads as far as the first picture. Errors: NotFound, Io, Corrupt, Cancelled, and Unsupported
// when there is no video or when none holds the picture and the sound, whose stream is named.
Result<std::filesystem::path> copyTargetFor(const std::filesystem::path& input, const std::filesystem::path& name,
                                            const std::stop_token& stop = {});

// What extensions copyTargetFor() may give a copy of a video of that name: its own first.
std::vector<std::string> copyExtensions(const std::filesystem::path& video);

}  // namespace sightline
