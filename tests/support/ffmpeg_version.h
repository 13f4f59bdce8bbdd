// Versions of FFmpeg that do things otherwise.
#pragma once

extern "C" {
#include <libavformat/version.h>
#include <libavutil/version.h>
}

namespace sightline::test {

// Of libavformat.
constexpr int kFfmpeg61 = AV_VERSION_INT(60, 16, 100);  // MP4 holds PCM
constexpr int kFfmpeg7 = AV_VERSION_INT(61, 1, 100);    // Matroska says how a picture is turned

}  // namespace sightline::test
