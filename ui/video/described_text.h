// What becomes of a cue as audio description, in words.
#pragma once

#include <QString>

#include "ui/video/description_planner.h"

namespace sightline {

// What is wrong, in a column: "2.1 s too long for the gap"; empty where nothing is.
QString describedName(const DescribedCue& cue);
// The same as a sentence, with what helps.
QString describedText(const DescribedCue& cue);
// When and how it is said, or that it is not.
QString saidText(const DescribedCue& cue);

}  // namespace sightline
