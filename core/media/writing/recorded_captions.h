// Reads back what a VideoRecorder wrote, also where a crash cut it off.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/media/frame.h"

namespace sightline {

struct RecordedCaption {
    MediaTime start{};  // from the first picture
    MediaTime end{};
    std::string text;  // UTF-8
};

struct RecordedCaptions {
    std::vector<RecordedCaption> captions;  // in order; one that was written in pieces is whole again
    MediaTime end{};                        // of the last picture that is in the file
};

// Goes through the whole file, at the disk's speed. Any thread. Errors: Corrupt (no Matroska file of pictures),
// Cancelled.
Result<RecordedCaptions> readRecordedCaptions(const std::filesystem::path& video, const std::stop_token& stop);

}  // namespace sightline
