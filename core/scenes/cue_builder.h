// From captions of single frames to cues.
//
// Inside a shot neighbouring captions that say the same become one cue; one caption that says something else between
// two that agree is noise and splits nothing. A cue's text is the caption that agrees most with the cue's others,
// weighted by confidence (its medoid), and its confidence is the mean over the captions that agree with it.
#pragma once

#include <vector>

#include "core/captions/cue.h"
#include "core/scenes/shot_detector.h"

namespace sightline {

struct SampledCaption {
    MediaTime time{};  // of the frame
    std::string text;
    double confidence = 0.0;  // 0..1

    bool operator==(const SampledCaption&) const = default;
};

struct CueOptions {
    MediaTime shortest = std::chrono::seconds(1);  // a shorter cue joins its neighbour in the same shot
    // A longer cue is split into equal ones. What stands still needs no second description, hence the width.
    MediaTime longest = std::chrono::minutes(5);
    // Similarity from which captions say the same. Of two people's captions of one photograph 63 % reach it, of
    // captions of two photographs 1.7 % (Flickr8k dev).
    double agreement = 0.3;
};

// Cues of the range [from, to), in order, none across a shot boundary. `captions` and `boundaries` are ordered by time;
// what was sampled inside a gradual transition counts only where a shot has nothing else.
std::vector<Cue> buildCues(const std::vector<SampledCaption>& captions, const std::vector<ShotBoundary>& boundaries,
                           MediaTime from, MediaTime to, const CueOptions& options = {});

}  // namespace sightline
