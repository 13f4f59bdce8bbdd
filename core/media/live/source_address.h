// One line of text for every source of frames: a camera, a stream, the screen or a file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace sightline {

enum class SourceKind : std::uint8_t { Camera, Stream, Screen, File };

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
    std::string target;  // device or name of a camera, URL, path; empty for a screen
    ScreenArea screen;
    std::string name;  // for people, without a URL's password
};

// camera:N, camera:NAME, camera:/dev/..., /dev/video*, /dev/v4l/...   a camera; NAME as `sightline live --list` prints
// it rtsp: http: https: rtmp: udp: tcp: srt: and their like              a stream screen:[DISPLAY][/WIDTHxHEIGHT+X+Y |
// /window=ID]                     the screen, a part or a window of it file:PATH, anything else a file Errors:
// Unsupported, for a screen area that cannot be read or an empty address.
Result<SourceAddress> parseSourceAddress(std::string_view text);

// The URL without user name and password, for people.
std::string withoutCredentials(std::string_view url);

}  // namespace sightline
