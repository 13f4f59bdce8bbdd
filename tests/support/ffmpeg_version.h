// Versions of FFmpeg that do things otherwise.
#pragma once

extern "C" {
#include <libavformat/version.h>
#include <libavutil/version.h>
}

namespace sightline::test {

constexpr int kFfmpeg61 = AV_VERSION_INT(60, 16, 100);  // libavformat's: MP4 holds PCM

}  // namespace sightline::test
