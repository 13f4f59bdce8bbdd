// A spoken text as a file.
#pragma once

#include <string>

#include "core/narration/voice.h"

namespace sightline {

// The bytes of a WAV file of one channel of floats (format 3, IEEE float). Pure.
std::string wavOf(const SpokenSound& sound);

}  // namespace sightline
