// Which FFmpeg reads and writes videos here.
#pragma once

#include <string>

namespace sightline {

std::string ffmpegVersion();  // "5.1.6-0+deb12u1"

}  // namespace sightline
