// A spoken text as a sound file, which the mix reads it from.
#pragma once

#include <filesystem>

#include "core/base/result.h"
#include "core/narration/voice.h"

namespace sightline {

// WAV. `sound` is not empty. Any thread; blocks. Error: Io.
Result<void> writeSpokenFile(const std::filesystem::path& file, const SpokenSound& sound);

}  // namespace sightline
