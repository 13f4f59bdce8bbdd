// The files that a run makes of one video's captions: what they are called, whose they are, and how each is written.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/annotate/annotate_plan.h"
#include "core/annotate/replace_rule.h"
#include "core/captions/project_editor.h"

namespace sightline {

class SubtitleFormat;

// Where the captions of a format go.
std::filesystem::path exportPath(const AnnotateJob& job, const SubtitleFormat& format);

// What stands between the name of a video and the extension of its copies.
inline constexpr const char* kCaptionedMark = ".captioned";  // with the captions as a track
inline constexpr const char* kBurnedInMark = ".burned-in";   // with them in the picture

// Where copies of the video go: NAME.captioned.EXT, in the kind of file that copyTargetFor() chooses (its errors);
// NAME.burned-in.mp4.
Result<std::filesystem::path> muxPath(const AnnotateJob& job, const std::stop_token& stop = {});
std::filesystem::path burnInPath(const AnnotateJob& job);

// What became of the outputs.
struct OutputOutcome {
    std::vector<std::filesystem::path> written;
    std::vector<std::filesystem::path> former;  // where files that were replaced are now
    std::vector<std::string> leftAlone;         // a line for each, with cause and what to do
    std::vector<Error> failed;                  // a line for each that could not be written
};

// One thread at a time.
class AnnotateOutputs {
public:
    AnnotateOutputs(const AnnotateJob& job, Existing existing) : job_(job), existing_(existing) {}

    // The project has more captions than the outputs of an earlier run: those are written anew, those of people stay.
    void renewOurs() { existing_ = Existing::KeepEdited; }

    // Makes edits by hand in the caption files that this program wrote, edits of the project: those of all files or, if
    // they contradict each other or a file cannot be read whole, none. Why not is told when the file's turn comes.
    // Returns the names of the files whose edits the project has got. Error: Io, saving the project.
    Result<std::vector<std::string>> takeOverEdits(ProjectEditor& editor,
                                                   const std::vector<const SubtitleFormat*>& formats);

    // The cues of a caption file by another program, to begin a project with: those of the first, if all that are there
    // can be read whole and say the same.
    std::vector<Cue> foreignCues(const std::vector<const SubtitleFormat*>& formats) const;

    // Each writes if the rule allows, and remembers in `outcome` and in the project what was done.
    void writeCaptions(ProjectEditor& editor, const SubtitleFormat& format, OutputOutcome& outcome);
    void writeVideo(ProjectEditor& editor, const std::filesystem::path& path,
                    const std::function<Result<void>()>& write, OutputOutcome& outcome);

    // Tells of a file that stands in the way of an output while there is no project and none is made.
    void leaveAlone(const std::filesystem::path& path, OutputOutcome& outcome) const;

private:
    struct Edit;

    const OutputRecord* recordOf(const Project& project, const std::filesystem::path& path) const;
    static void remember(ProjectEditor& editor, OutputRecord record);
    void write(ProjectEditor& editor, const std::filesystem::path& path, const OutputFacts& facts,
               const std::function<Result<void>()>& write, const std::function<std::optional<std::string>()>& digest,
               OutputOutcome& outcome);
    std::string whyUntaken(const std::filesystem::path& path) const;

    const AnnotateJob& job_;
    Existing existing_;
    std::vector<std::pair<std::filesystem::path, std::string>> untaken_;  // why edits in a file were not taken over
};

}  // namespace sightline
