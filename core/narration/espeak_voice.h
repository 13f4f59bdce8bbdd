// eSpeak NG as a library. Included by core/narration only.
#pragma once

#include "core/narration/voice.h"

namespace sightline {

// `voice` as `espeak-ng --voices` lists them; empty: the one of the language. Errors: NotFound, Unsupported.
Result<std::unique_ptr<Voice>> openEspeakVoice(const std::string& voice, const std::string& language);

}  // namespace sightline
