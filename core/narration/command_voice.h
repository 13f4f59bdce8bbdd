// A program that speaks. Included by core/narration only.
#pragma once

#include "core/narration/voice.h"

namespace sightline {

// Errors: Unsupported, no program or no {output} in `words`.
Result<std::unique_ptr<Voice>> openCommandVoice(std::vector<std::string> words, const VoiceOptions& options);

}  // namespace sightline
