// Other captions a model would give a stretch of video, for people to choose from.
#pragma once

#include <stop_token>
#include <vector>

#include "core/captions/time_range.h"
#include "core/inference/captioner.h"
#include "core/media/frame_source.h"

namespace sightline {

// Captions `frames` frames spread over `range` with a beam search that lists what else it came to. At most `count`, the
// most confident first, no text twice. Calling thread; blocks. Errors: those of FrameSource::seek and of
// Captioner::caption, and of FrameSource::read where no frame can be read; Cancelled when `stop` is requested.
Result<std::vector<CaptionCandidate>> captionAlternatives(FrameSource& source, Captioner& captioner,
                                                          const TimeRange& range, int count,
                                                          const std::stop_token& stop = {}, int frames = 3);

}  // namespace sightline
