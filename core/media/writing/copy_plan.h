// Whether a kind of file holds a video's streams. Included by core/media sources only.
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/media/ffmpeg_common.h"
#include "core/media/writing/container_io.h"

namespace sightline {

// The kind of file that holds most of `input`, a video whose own name is `name`. Unsupported when none holds picture
// and sound; the message names a stream.
Result<Container> bestContainerFor(AVFormatContext& input, const std::filesystem::path& name);

// Unsupported when a copy of `input` in such a file would lack picture or sound, or be turned; the message names the
// stream and a kind of file that holds it, if there is one.
Result<void> checkEssentials(const Container& container, AVFormatContext& input, const std::filesystem::path& name);

}  // namespace sightline
