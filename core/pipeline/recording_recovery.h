// The project of a recording that was cut off before SessionRecorder could write it.
#pragma once

#include <filesystem>
#include <stop_token>

#include "core/base/result.h"

namespace sightline {

// Writes the project that finishing the recording `video` would have written, of the captions that are in it, and
// returns its path; where there is one already, that stays as it is and is returned. How sure the captioner was is not
// in the video, so these captions have no confidence. Goes through the whole file. Any thread.
// Errors: Corrupt (no recording), Io (the project cannot be written), Cancelled.
Result<std::filesystem::path> recoverRecording(const std::filesystem::path& video, const std::stop_token& stop);

}  // namespace sightline
