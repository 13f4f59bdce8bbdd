// Whether times that are whole numbers without a unit count seconds or milliseconds.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "core/subtitles/subtitle_format.h"

namespace sightline {

// By the starts and ends of all cues, in units; nothing where they are seconds.
std::optional<TimeUnit> unitByNumbers(const std::vector<std::pair<double, double>>& times);

// Of TimeUnit::Unclear.
inline constexpr const char* kUnclearUnit =
    "The times are whole numbers; they were read as seconds. If they are milliseconds, call them start_ms and end_ms.";

// Decides by the video's length what the reading's times count, and brings them there: the unit is Known then. Where
// the length, zero when it is not known, does not tell, the warning kUnclearUnit says what was taken.
void settleTimeUnit(SubtitleReading& reading, MediaTime videoDuration);

// Makes milliseconds of what was read as seconds, and the other way round.
void countMilliseconds(std::vector<Cue>& cues);
void countSeconds(std::vector<Cue>& cues);

}  // namespace sightline
