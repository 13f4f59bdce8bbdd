// Times as caption files write them, and what readers say about a bad one.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/subtitles/subtitle_format.h"

namespace sightline {

// Longer than any video, and far from the range of 64-bit nanoseconds (292 years).
inline constexpr MediaTime kMaxCueTime = std::chrono::hours(100'000);

// The time as a file with this unit has it: the last multiple of the unit that is not later, within zero and
// kMaxCueTime. A player shows a cue on the frames with start <= pts < end, and cues start and end at frames, so a time
// may move back by less than a frame but never ahead: a cut at 2.068733 s written as 2.069 leaves the old cue on the
// new shot's first frame, and 2.068 (or 2.06 in ASS) lies after the frame before. Times are never moved twice: a
// multiple stays. For every frame to keep its cue, frames must lie a unit or more apart, which holds up to 100 frames
// a second in centiseconds and 1000 in milliseconds.
MediaTime writtenTime(MediaTime time, MediaTime unit);

// "00:01:02.345" with that many digits of the fraction, at least two of the hour unless `hourDigits` says otherwise.
std::string formatClock(MediaTime time, char decimalPoint, int fractionDigits, int hourDigits = 2);
// Decimal seconds with at least three digits after the point and as many as are needed, at most nine: "1.500".
std::string formatSeconds(MediaTime time);

// "1:02:03.5", "02:03,500" or "-00:00:01.000": hours may be missing, the fraction has either decimal point and any
// length, and no part has an upper limit. Nothing for other text and for times beyond kMaxCueTime.
std::optional<MediaTime> parseClock(std::string_view text);
// Decimal seconds with a point, "12.5" or "1e2"; nothing as above.
std::optional<MediaTime> parseSeconds(std::string_view text);
std::optional<MediaTime> secondsToTime(double seconds);

// Adds the cue with what is before zero cut off, or a warning that it is left out: when it ends before it starts
// or lies before zero altogether.
void addCue(SubtitleReading& reading, Cue cue, std::size_t line);
// Counts a cue that is left out; `cause` continues "The cue ...": "has no end".
void skipCue(SubtitleReading& reading, std::size_t line, std::string_view cause);
// Tells of something that cost no cue.
void warn(SubtitleReading& reading, std::size_t line, std::string message);

std::string describeWarning(const SubtitleWarning& warning);  // "Line 12: ..."
// "Line 12 is not UTF-8. Save the file as UTF-8."
tl::unexpected<Error> corrupt(std::size_t line, std::string_view cause, std::string_view fix, std::string detail = {});

}  // namespace sightline
