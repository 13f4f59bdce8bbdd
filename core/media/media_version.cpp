#include "core/media/media_version.h"

extern "C" {
#include <libavutil/avutil.h>
}

namespace sightline {

std::string ffmpegVersion() { return av_version_info(); }

}  // namespace sightline
