// What people do to cues, as functions from a list of cues to the changed list.
//
// Each takes the cues in order by start and returns them in order by start. What makes no sense (a row that is not
// there, a split outside the cue) returns the list as it was. Cues that an edit touches become edited ones; the others
// stay as they are, bit for bit, so that replacementBetween() finds the few rows to write. A text that people changed
// has no confidence any more: that was the captioner's in its own words.
#pragma once

#include <cstddef>
#include <vector>

#include "core/captions/cue.h"
#include "core/captions/time_range.h"

namespace sightline {

using Cues = std::vector<Cue>;

// Replace the `count` cues from `first` on by `cues`.
struct CueReplacement {
    std::size_t first = 0;
    std::size_t count = 0;
    Cues cues;

    bool empty() const { return count == 0 && cues.empty(); }
    bool operator==(const CueReplacement&) const = default;
};

// The smallest replacement that makes `after` of `before`.
CueReplacement replacementBetween(const Cues& before, const Cues& after);

// The cue on screen at `time`, the later one of two that overlap; -1 without any.
int cueAt(const Cues& cues, MediaTime time);

// One cue becomes two that touch at `at`. A text of several lines is divided between the lines, in the middle; a text
// of one line stays whole on both sides, because half a description describes nothing.
Cues splitCue(Cues cues, std::size_t row, MediaTime at);

// The `count` cues from `first` on become one, from the first start to the last end. Texts that are the same stay once,
// others become lines; the confidence is the lowest.
Cues mergeCues(Cues cues, std::size_t first, std::size_t count);

// A cue of `length` at `at`, or shorter where the next one begins before; nothing where another begins right there.
Cues addCue(Cues cues, MediaTime at, MediaTime length, const std::string& text);

Cues removeCues(Cues cues, std::size_t first, std::size_t count);

// With another text, start or end. Nothing unless 0 <= start < end.
Cues changeCue(Cues cues, std::size_t row, Cue changed);

enum class CueEdge : std::uint8_t { Start, End, Both };  // Both: the cue moves as a whole

// The range an edge can be dragged in without overlapping a neighbour, crossing the cue's other edge or making the cue
// shorter than `shortest`; for Both, where the start can be. Neighbours that overlap already do not limit.
TimeRange edgeLimits(const Cues& cues, std::size_t row, CueEdge edge, MediaTime shortest);

// Drags an edge, or the cue by its start, to `to`, kept within `limits`.
Cues dragCue(Cues cues, std::size_t row, CueEdge edge, MediaTime to, const TimeRange& limits);

// Moves `count` cues from `first` on by `by`, together: none before zero.
Cues shiftCues(Cues cues, std::size_t first, std::size_t count, MediaTime by);

// Moves a cue and all that follow, together; not further ahead than the end of the cue before, where they do not
// overlap already.
Cues shiftFollowing(Cues cues, std::size_t row, MediaTime by);

// The cue begins, or ends, at `at`. A cue that would be turned round moves there whole, as long as it was.
Cues setStart(Cues cues, std::size_t row, MediaTime at);
Cues setEnd(Cues cues, std::size_t row, MediaTime at);

// Copies of `pasted` among `cues`, moved together so that the first begins at `at`.
Cues pasteCues(Cues cues, Cues pasted, MediaTime at);

}  // namespace sightline
