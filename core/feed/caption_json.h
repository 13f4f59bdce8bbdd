// A live caption as a line of JSON, for pipes and for the feed.
#pragma once

#include <string>

#include "core/captions/caption.h"

namespace sightline {

// UTC, to the millisecond, as ISO 8601.
std::string isoTime(SteadyTime time);

// An object without line breaks: time, source, position, frame, caption, confidence, age_ms. Any thread.
std::string captionJson(const Caption& caption, const std::string& source);

}  // namespace sightline
