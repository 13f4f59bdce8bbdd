// Pictures and captions into a Matroska file that can be read up to its last second even when the program is killed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/media/image.h"

namespace sightline {

// H.264 and a SubRip track, written in pieces of a second under the file's own name, which goes when not even the first
// picture found room on the disk. One thread at a time.
class VideoRecorder {
public:
    // The file's pictures have this size, rounded down to even numbers; others are scaled to it.
    // Errors: Unsupported (no .mkv name, no x264), Io (it exists, no permission, no room), NotFound (no such folder).
    static Result<std::unique_ptr<VideoRecorder>> create(const std::filesystem::path& path, int width, int height);

    virtual ~VideoRecorder() = default;
    VideoRecorder(const VideoRecorder&) = delete;
    VideoRecorder& operator=(const VideoRecorder&) = delete;

    // Times count from the first picture and rise; a picture less than a millisecond after the one before is left out.
    // Error: Io.
    virtual Result<void> write(const Image& image, MediaTime time) = 0;

    // At most half a minute before the newest picture. Error: Io.
    virtual Result<void> writeCaption(std::string_view text, MediaTime start, MediaTime end) = 0;

    // Index and duration. Nothing can be written afterwards. Error: Io.
    virtual Result<void> finish() = 0;

protected:
    VideoRecorder() = default;
};

}  // namespace sightline
