// Where playback jumps to: the next and the previous cue, shot, and cue that wants a look.
#pragma once

#include <optional>
#include <span>

#include "core/captions/cue.h"
#include "core/captions/time_range.h"

namespace sightline {

// All jump from the frame on screen, which is there for `shown`: what begins within it is where one is, so that a jump
// to a time between two frames does not come back to the same place for ever. Empty where there is none further.

// `times` are in order: starts of shots, or of anything else.
std::optional<MediaTime> nextTime(std::span<const MediaTime> times, const TimeRange& shown);
std::optional<MediaTime> previousTime(std::span<const MediaTime> times, const TimeRange& shown);

// `cues` are in order of their starts.
std::optional<MediaTime> nextCue(std::span<const Cue> cues, const TimeRange& shown);
std::optional<MediaTime> previousCue(std::span<const Cue> cues, const TimeRange& shown);

// The confidence that a quarter of the model's cues lie below. Relative, because how high a confidence is depends on
// the model and the video more than on whether a caption is right.
double doubtfulBelow(std::span<const Cue> cues);

// Cues of the model that are less sure than `confidence`; what people wrote or confirmed is not among them.
std::optional<MediaTime> nextDoubtfulCue(std::span<const Cue> cues, const TimeRange& shown, double confidence);
std::optional<MediaTime> previousDoubtfulCue(std::span<const Cue> cues, const TimeRange& shown, double confidence);

}  // namespace sightline
