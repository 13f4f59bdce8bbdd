// A whole video into cues: every frame is read, shots are found, frames of each shot captioned, captions joined.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

#include "core/inference/captioner.h"
#include "core/media/frame_source.h"
#include "core/scenes/cue_builder.h"
#include "core/scenes/sample_picker.h"

namespace sightline {

struct AnnotateOptions {
    MediaTime from{};  // half-open [from, to); whole frames
    MediaTime to = MediaTime::max();
    SampleOptions sampling;
    CueOptions cues;
    SearchOptions search;
};

// What a run has found so far. A later run that is given them goes on where they end.
struct AnnotationNotes {
    std::vector<SampledCaption> captions;
    std::vector<ShotBoundary> boundaries;
    MediaTime certain{};  // all captions and boundaries before this are there
};

// What a run took, by thread.
struct AnnotateTimes {
    std::chrono::nanoseconds wall{};
    std::chrono::nanoseconds read{};     // capture thread: decoding and colour
    std::chrono::nanoseconds detect{};   // capture thread: signatures, shots, sampling
    std::chrono::nanoseconds caption{};  // calling thread
    std::uint64_t frames = 0;
    std::uint64_t captions = 0;
    MediaTime covered{};  // media time read
};

struct Annotation {
    std::vector<ShotBoundary> boundaries;
    std::vector<Cue> cues;
    std::optional<Error> cutShort;  // why the video ended before its time; the cues reach to there
    AnnotateTimes times;

    // Start of each shot but the first.
    std::vector<MediaTime> shots() const;
};

// Reads on a capture thread of its own while the calling thread captions; a bounded queue joins the two. `notes` holds
// an earlier run's, or is empty; `progress` is called on the calling thread after each caption, when they grew. Errors:
// those of FrameSource::read before any frame, those of Captioner::caption; Cancelled when `stop` is requested.
Result<Annotation> annotateVideo(FrameSource& source, Captioner& captioner, const AnnotateOptions& options,
                                 AnnotationNotes& notes, const std::function<void()>& progress,
                                 const std::stop_token& stop = {});

}  // namespace sightline
