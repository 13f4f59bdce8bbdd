// Which descriptions are spoken when: the rules of audio description as one pure function.
//
// A description is said while nobody speaks, never while another is said, and within the shots that its cue stands in,
// as near to the cue's start as that allows. What is too long is said faster, up to a limit; then in fewer words; and
// where several cannot all be said, the least sure and least new are left out. What is left out is listed, with the
// reason. With freezes, it is said while the picture stands still instead.
//
// The figures follow common practice: ITC Guidance On Standards for Audio Description (2000) and DCMP's Description
// Key ask that description keeps clear of dialogue and be read at no more than about 160 to 180 words a minute, which a
// voice at its own rate keeps to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/captions/time_range.h"
#include "core/media/frozen_time.h"

namespace sightline {

// One way to say a description, and how long the voice takes for it at its own rate, as measured.
struct SpokenWording {
    std::string text;
    MediaTime length{};
};

struct Description {
    TimeRange cue;                        // what it describes
    std::vector<SpokenWording> wordings;  // best first, each shorter than the one before; none: nothing to say
    double confidence = 0.0;              // 0..1; of two that cannot both be said, the surer is
    bool byPerson = false;                // then it counts as sure
};

struct ScheduleOptions {
    MediaTime leastGap = std::chrono::milliseconds(1500);   // a shorter pause of the speech stays one
    MediaTime headMargin = std::chrono::milliseconds(200);  // after speech
    MediaTime tailMargin = std::chrono::milliseconds(200);  // before speech
    MediaTime pause = std::chrono::milliseconds(300);       // between two descriptions
    double fastest = 1.25;                                  // rate, at most
    bool freezes = false;                                   // the picture may stand still

    bool operator==(const ScheduleOptions&) const = default;
};

enum class Unsaid : std::uint8_t {
    NoWords,        // its text is empty, or the voice says nothing for it
    NothingNew,     // the description before it said the same
    SpeechAllOver,  // somebody speaks all through its shots; with freezes: without a pause in which to stop
    TooLong,        // no gap of its shots holds it, even fast and short
    Crowded,        // surer ones take the room
};

const char* unsaidName(Unsaid reason);  // "nothing-new", for files

// What becomes of one description.
struct ScheduledDescription {
    bool isSaid = false;

    // When it is said.
    MediaTime start{};        // on the time line of the video as it is
    MediaTime length{};       // at that rate
    double rate = 1.0;        // times the voice's own
    std::size_t wording = 0;  // of its wordings
    MediaTime freeze{};       // how long the picture stands still at `start`; it is said during that alone

    // When it is not.
    Unsaid reason = Unsaid::NoWords;
    MediaTime missing{};  // TooLong: what the longest gap lacks

    MediaTime end() const { return start + length; }
};

struct ScheduledVideo {
    MediaTime duration{};           // zero: unknown; then it goes on forever
    std::vector<MediaTime> shots;   // start of each shot but the first, in order
    std::vector<TimeRange> speech;  // in order, none touching another
};

// Where descriptions may be said in `range`: between speech, with margins. Pure.
std::vector<TimeRange> speechGaps(const TimeRange& range, const std::vector<TimeRange>& speech,
                                  const ScheduleOptions& options);

// For the description of the same index each. `descriptions` in the order of their cues' starts; what is said keeps
// that order. Pure.
std::vector<ScheduledDescription> schedule(const std::vector<Description>& descriptions, const ScheduledVideo& video,
                                           const ScheduleOptions& options = {});

// Where the picture stands still for them. Pure.
FrozenTimeLine freezesFor(const std::vector<ScheduledDescription>& scheduled);

// When each begins on the time line with those freezes; for what is not said, the beginning. Pure.
std::vector<MediaTime> spokenStarts(const std::vector<ScheduledDescription>& scheduled,
                                    const ScheduleOptions& options = {});

}  // namespace sightline
