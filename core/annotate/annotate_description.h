// The files of a video's audio description: what they are called, and which of them are written.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/annotate/annotate_outputs.h"
#include "core/inference/captioner.h"
#include "core/media/frame_source.h"
#include "core/narration/narration.h"

namespace sightline {

// Audio description: a copy of the video that says the captions, and their times as WebVTT.
struct AudioDescription {
    NarrationOptions narration;
    std::vector<std::string> sounds;   // also the mix alone: "wav", "flac", "opus"
    std::vector<std::string> scripts;  // also what is said, to be read: "md", "html"
};

// What of the captions is said.
struct DescriptionReport {
    std::size_t said = 0;
    std::size_t cues = 0;
    MediaTime frozen{};               // how long the picture stands still, in all
    std::vector<std::string> unsaid;  // a line for each cue that is not, with its time and the reason
};

// What the copies' names end in, before their extension: each kind of description has names of its own, so that none is
// taken for another.
std::vector<std::string> describedMarks();

// Where sound, times and script go: the same wherever the copy has the description, but not where it waits.
std::filesystem::path describedPath(const AnnotateJob& job, const NarrationOptions& options,
                                    const std::string& extension);
// Where the copy goes, in the kind of file that copyTargetFor() chooses (its errors).
Result<std::filesystem::path> describedCopyPath(const AnnotateJob& job, const NarrationOptions& options,
                                                const std::stop_token& stop = {});

// One thread.
class DescriptionOutputs {
public:
    // All outlive it. `captioner` is asked for shorter captions where some are too long.
    DescriptionOutputs(const AnnotateJob& job, const AudioDescription& options, Captioner& captioner,
                       std::stop_token stop)
        : job_(job), options_(options), captioner_(captioner), stop_(std::move(stop)) {}

    // All of them. Without the copy where no kind of file holds one, which is told when it is written.
    std::vector<std::filesystem::path> files();

    // Writes those that the rule allows, speaking only when there is one. Nothing when nothing was spoken.
    std::optional<DescriptionReport> write(ProjectEditor& editor, AnnotateOutputs& outputs,
                                           const std::function<void(double)>& progress, OutputOutcome& outcome);

private:
    // The description, made when the first file needs it.
    Result<const Narration*> narration(const ProjectEditor& editor, const std::function<void(double)>& progress);
    std::vector<std::string> shorterThan(const Cue& cue);
    const Result<std::filesystem::path>& copy();
    std::filesystem::path path(const std::string& extension) const {
        return describedPath(job_, options_.narration, extension);
    }

    const AnnotateJob& job_;
    const AudioDescription& options_;
    Captioner& captioner_;
    const std::stop_token stop_;
    std::unique_ptr<FrameSource> video_;                 // that it looks at
    std::optional<Result<std::filesystem::path>> copy_;  // found once, because the video is opened for it
    std::unique_ptr<Narration> narration_;
};

}  // namespace sightline
