// The project of a recording: beside the video, under its name.
#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <vector>

#include "core/base/result.h"
#include "core/captions/cue.h"
#include "core/captions/project.h"

namespace sightline {

std::filesystem::path recordingProject(const std::filesystem::path& video);  // where it is

// Of a recording that lasts for `duration`; returns its path. Error: Io.
Result<std::filesystem::path> writeRecordingProject(const std::filesystem::path& video,
                                                    std::optional<Provenance> captioner, std::vector<Cue> cues,
                                                    MediaTime duration);

// Writes the project that finishing the recording `video` would have written, of the captions that are in it, and
// returns its path; where there is one already, that stays as it is and is returned. How sure the captioner was is not
// in the video, so these captions have no confidence. Goes through the whole file. Any thread.
// Errors: Corrupt (no recording), Io (the project cannot be written), Cancelled.
Result<std::filesystem::path> recoverRecording(const std::filesystem::path& video, const std::stop_token& stop);

}  // namespace sightline
