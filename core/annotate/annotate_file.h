// One video of `sightline annotate`: captioned, saved as a project, exported.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/annotate/annotate_description.h"
#include "core/annotate/annotate_outputs.h"
#include "core/inference/captioner.h"
#include "core/media/writing/caption_look.h"
#include "core/pipeline/annotate_session.h"

namespace sightline {

class SubtitleFormat;

struct AnnotateFileOptions {
    std::vector<const SubtitleFormat*> formats;
    Existing existing = Existing::Skip;
    std::string quality;  // for the project's record
    AnnotateOptions annotate;
    int encoderThreads = 2;  // of the copy with captions in its picture
    bool mux = false;        // also a copy of the video with the captions as a track of it
    bool burnIn = false;     // also a copy with the captions in its picture
    CaptionLook look;        // of those
    std::optional<AudioDescription> description;
    bool collects = false;  // the captions are wanted for a file of many videos, too
};

struct AnnotateFileOutcome {
    std::size_t cues = 0;
    std::size_t edited = 0;  // of them, by people
    bool captioned = false;  // false: what was there was enough
    std::string busy;        // who works on this file now, for people: nothing was done; empty otherwise
    std::string cutShort;    // why the video ended before its time; empty otherwise
    AnnotateTimes times;
    std::vector<std::string> takenOver;  // caption files whose edits by hand the project has got
    OutputOutcome outputs;
    std::optional<DescriptionReport> description;  // of one that was made now
    CueTrack track;                                // as the project has it
};

// The project is written beside the exports (*.sightline) and is what a later run starts from; while a video is
// captioned a journal keeps what was found, so that a run that was killed goes on where it ended. What is there is
// treated as replace_rule.h says, the project too; an output that cannot be written does not stop the others, and is
// told in the outcome. A lock beside the outputs (work_lock.h) keeps other runs, also those of other machines, off the
// file meanwhile; one that another run holds is told as `busy`. `progress` gets the share done, 0..1, or nothing new.
// Errors: those of reading and captioning and of writing the project; Unsupported when the project there belongs to
// another video; Cancelled when `stop` was requested while it was captioned.
Result<AnnotateFileOutcome> annotateFile(const AnnotateJob& job, Captioner& captioner,
                                         const AnnotateFileOptions& options,
                                         const std::function<void(double)>& progress, const std::stop_token& stop = {});

}  // namespace sightline
