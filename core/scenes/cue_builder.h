// From captions of single frames to cues.
//
// Inside a shot neighbouring captions that say the same become one cue. One caption that says something else splits
// nothing; two in a row that agree with each other, or three in a row that do not, begin a new cue. A cue's text is its
// medoid: the caption most similar to the cue's others, weighted by confidence. Its confidence is the mean over the
// captions that agree with it.
//
// Cues never cross a shot boundary, not even where both sides say the same: a boundary too many is removed with one
// merge, one that is lost is not found again. So a shot shorter than the shortest cue still gets a cue of its own.
// What stands still needs no second description: a shot of an hour that says one thing is one cue, unless a longest cue
// is asked for.
#pragma once

#include <string>
#include <vector>

#include "core/captions/caption.h"
#include "core/captions/cue.h"
#include "core/scenes/shot_detector.h"

namespace sightline {

struct SampledCaption {
    MediaTime time{};  // of the frame
    std::string text;
    double confidence = 0.0;  // 0..1

    bool operator==(const SampledCaption&) const = default;
};

SampledCaption sampledCaption(const Caption& caption);

struct CueOptions {
    MediaTime shortest = std::chrono::seconds(1);  // a shorter cue joins its neighbour in the same shot
    MediaTime longest{};                           // a longer cue is cut into equal ones; zero: no limit
    // Similarity (caption_similarity.h) from which captions say the same. Of the shipped model's captions of two views
    // of one photograph 87 % reach it, of two photographs 9 % (70 photographs of Flickr8k dev).
    double agreement = 0.4;
    std::size_t alternatives = 3;  // at most, for each cue
};

struct BuiltCues {
    std::vector<Cue> cues;
    // For the cue of the same index: other captions of it that say something else than its text and than each other,
    // best first.
    std::vector<std::vector<std::string>> alternatives;
};

// Cues of the range [from, to), in order. `captions` and `boundaries` are ordered by time. What was sampled inside a
// gradual transition, or says nothing, counts only where a shot has nothing else; a shot without captions has no cue.
BuiltCues buildCues(const std::vector<SampledCaption>& captions, const std::vector<ShotBoundary>& boundaries,
                    MediaTime from, MediaTime to, const CueOptions& options = {});

}  // namespace sightline
