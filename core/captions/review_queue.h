// In which order people look through what the captioner made: what it was least sure of first.
#pragma once

#include "core/captions/cue_edits.h"

namespace sightline {

// The row to review after `row` (-1: none yet): of the cues that no person touched the next by confidence, lowest
// first, then by time; after the last the first again. -1 when there is none to review.
int nextToReview(const Cues& cues, int row);

// Cues that no person touched.
std::size_t leftToReview(const Cues& cues);

}  // namespace sightline
