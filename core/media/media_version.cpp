#include "core/media/media_version.h"

#include <cstdint>  // before FFmpeg 7's headers, which ask for its macros

extern "C" {
#include <libavutil/avutil.h>
}

namespace sightline {

std::string ffmpegVersion() { return av_version_info(); }

}  // namespace sightline
