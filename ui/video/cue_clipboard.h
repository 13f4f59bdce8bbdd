// Cues on the clipboard: for other windows of ours with all they have, for other programs as SubRip.
#pragma once

#include "core/captions/cue_edits.h"

namespace sightline {

void copyToClipboard(const Cues& cues);

// What copyToClipboard() left there, or the cues of any caption file's text; empty without any.
Cues cuesOnClipboard();

}  // namespace sightline
