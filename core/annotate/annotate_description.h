// The files of a video's audio description: what they are called, and how they are written, by a run over many videos
// and by a person who asks for them.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/annotate/annotate_plan.h"
#include "core/captions/project.h"
#include "core/inference/captioner.h"
#include "core/narration/narration.h"

namespace sightline {

// Which of them.
struct AudioDescription {
    NarrationOptions narration;
    bool copy = true;                  // of the video, with the captions said
    bool times = true;                 // when they are said, as WebVTT
    std::vector<std::string> sounds;   // the mix alone: "wav", "flac", "opus"
    std::vector<std::string> scripts;  // what is said, to be read: "md", "html"
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

// What the copy is called, without its extension, and what the others are called: the same wherever the copy has the
// description, but not where it waits.
std::filesystem::path describedCopyStem(const AnnotateJob& job, const NarrationOptions& options);
std::filesystem::path describedPath(const AnnotateJob& job, const NarrationOptions& options,
                                    const std::string& extension);

// For NarrationOptions::shorter: what `captioner`, which outlives it, says of the pictures of a cue. A video that
// cannot be read again gives nothing; the caption is then told as too long.
std::function<std::vector<std::string>(const Cue&)> shorterWords(const std::filesystem::path& video,
                                                                 Captioner& captioner, std::stop_token stop);

// One thread.
class DescriptionOutputs {
public:
    // Calls `write` where the file may be written. False: no other is wanted then.
    using Rule = std::function<bool(const std::filesystem::path&, const std::function<Result<void>()>& write)>;

    // `job` names the files.
    DescriptionOutputs(AnnotateJob job, AudioDescription options, std::stop_token stop)
        : job_(std::move(job)), options_(std::move(options)), stop_(std::move(stop)) {}

    // All of them. Without the copy where no kind of file holds one.
    std::vector<std::filesystem::path> files();

    // Asks `rule` for each, and speaks when the first is written; where that fails, the first tells and no other is
    // tried. Returns copyTargetFor()'s error where no kind of file holds the copy; the others are written then, too.
    // Blocks.
    Result<void> write(const Project& project, const Rule& rule, const std::function<void(double)>& progress);

    const Narration* narration() const { return narration_.get(); }  // null: nothing was spoken
    std::unique_ptr<Narration> takeNarration() { return std::move(narration_); }

private:
    struct File;

    const Result<std::filesystem::path>& copy();
    std::vector<File> wanted();
    // The description, made when the first file needs it.
    Result<const Narration*> narrate(const Project& project, const Narration::Progress& progress);

    const AnnotateJob job_;
    const AudioDescription options_;
    const std::stop_token stop_;
    std::optional<Result<std::filesystem::path>> copy_;  // found once, because the video is opened for it
    std::unique_ptr<Narration> narration_;
};

DescriptionReport reportOf(const Narration& narration);

// What became of files that a person asked for.
struct DescriptionWritten {
    std::unique_ptr<Narration> narration;  // null when it failed before
    std::vector<std::filesystem::path> written;
    std::vector<std::filesystem::path> former;  // where files that were replaced are now
    std::vector<OutputRecord> records;          // of those that are called as the project
    std::optional<Error> failed;                // then the files after it are not written
};

// `project`: the open one; `stem`: its path without its extension. Files that are there are replaced as writeAsked()
// does. Any thread; blocks. Errors: those of Narration; Cancelled.
DescriptionWritten writeDescription(const Project& project, const std::filesystem::path& stem, const AnnotateJob& job,
                                    const AudioDescription& options, const std::function<void(double)>& progress = {},
                                    const std::stop_token& stop = {});

}  // namespace sightline
