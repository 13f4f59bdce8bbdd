// One line of text for every source of frames: a camera, a stream, the screen or a file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace sightline {

enum class SourceKind : std::uint8_t { Camera, Stream, Pipeline, Screen, File };

// What of an X display is watched: all of it, a part, or one window.
struct ScreenArea {
    std::string display;  // ":0"; empty: that of the environment
    int x = 0;
    int y = 0;
    int width = 0;  // 0: to the display's edge
    int height = 0;
    std::uint32_t window = 0;  // X id; 0: none
};

struct SourceAddress {
    SourceKind kind = SourceKind::File;
    std::string target;  // device or name of a camera, URL, pipeline, path; empty for a screen
    ScreenArea screen;
    std::string name;  // for people, without passwords
};

// A camera:   camera:N, camera:NAME as `sightline live --list` prints it, camera:/dev/..., /dev/video*, /dev/v4l/...
// A stream:   rtsp://, http:// and their like
// A pipeline: gst:PIPELINE, as gst-launch-1.0 takes it
// A screen:   screen:[DISPLAY], with /WIDTHxHEIGHT+X+Y a part of it, with /window=ID a window
// A file:     file:PATH, anything else
//
// A URL's password may hold / ? # where it is clear that it does; the target has it escaped.
// Errors: Unsupported, for a screen area that cannot be read or an empty address or pipeline.
Result<SourceAddress> parseSourceAddress(std::string_view text);

}  // namespace sightline
