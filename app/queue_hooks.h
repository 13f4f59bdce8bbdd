// How the window's queue captions videos.
#pragma once

#include "ui/video/annotation_queue.h"
#include "ui/video/annotation_runner.h"

namespace sightline {

// As `sightline annotate` does, into a project beside the video. The captioner is loaded with the first one.
QueueHooks queueHooks(const AnnotationRunner::CaptionerLoader& load);

}  // namespace sightline
