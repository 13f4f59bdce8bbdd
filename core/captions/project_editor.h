// An open project: the one place where its cues change, each change safe on disk at once.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "core/base/result.h"
#include "core/captions/edit_journal.h"
#include "core/captions/project.h"

namespace sightline {

// Whose change it is. What a person takes away stays away; what the captioner replaces by something else does not.
enum class Author : std::uint8_t { Person, Captioner };

// One thread at a time. Changes go into a journal beside the project; save() writes them into the project itself. After
// a crash open() plays the journal back.
class ProjectEditor {
public:
    // Begins a project at `path` and saves it. Error: Io.
    static Result<std::unique_ptr<ProjectEditor>> create(const std::filesystem::path& path, Project project);

    // Errors: NotFound, Corrupt, Unsupported, Device (open in another program).
    static Result<std::unique_ptr<ProjectEditor>> open(const std::filesystem::path& path);

    ~ProjectEditor();  // without save(), unsaved changes stay in the journal
    ProjectEditor(const ProjectEditor&) = delete;
    ProjectEditor& operator=(const ProjectEditor&) = delete;

    const Project& project() const { return project_; }
    const std::filesystem::path& path() const { return path_; }
    bool modified() const { return unsaved_ > 0; }
    bool changedOnDisk() const;  // whether the file is there and not what was opened or saved last; reads it
    std::size_t recovered() const { return recovered_; }  // changes that open() took from the journal

    // Replaces the `count` cues from the `first` on. Ranges that lose their cue to a person count as cleared, so that a
    // new run leaves them empty, until a cue covers them again. The cues must keep the order by start. Errors: Io; the
    // change is made all the same.
    Result<void> replaceCues(std::size_t first, std::size_t count, std::vector<Cue> cues,
                             Author author = Author::Person);
    // The same with the cleared ranges as they are to be: undoes replaceCues(), which could not tell a cue that was
    // only just added from one that a person took away. Errors: Io, as above.
    Result<void> restoreCues(std::size_t first, std::size_t count, std::vector<Cue> cues,
                             std::vector<TimeRange> cleared);

    void setVideoDuration(MediaTime duration) { project_.track.videoDuration = duration; }  // written by the next save

    // What is known of the files written out of the project; written by the next save.
    void setOutputs(std::vector<OutputRecord> outputs) { project_.outputs = std::move(outputs); }

    void setDescription(DescriptionSettings description) { project_.description = std::move(description); }  // as above

    // What a run of the captioner found besides cues, and what it went over; empty: all of the video. Saves. Error: Io.
    Result<void> setAnnotation(Provenance captioner, std::vector<MediaTime> shots,
                               std::vector<TimeRange> captioned = {});

    // The same with the cues it made. Cues a person edited stay, and cleared ranges stay empty; every other cue goes.
    Result<void> takeAnnotation(Provenance captioner, std::vector<MediaTime> shots, const std::vector<Cue>& cues);
    // The same of a run over `range` only: what lies outside stays.
    Result<void> takeAnnotation(Provenance captioner, const TimeRange& range, const std::vector<MediaTime>& shots,
                                const std::vector<Cue>& cues);

    // Errors: Io; the project and the journal stay as they were.
    Result<void> save();
    Result<void> saveAs(const std::filesystem::path& path);

    // Drops unsaved changes: back to the project as it was last saved.
    Result<void> revert();

private:
    ProjectEditor(std::filesystem::path path, Project project);
    Result<void> remember(const std::string& line);

    std::filesystem::path path_;
    Project project_;
    Project saved_;
    std::string state_;  // names the saved project in the journal
    std::unique_ptr<EditJournal> journal_;
    std::size_t unsaved_ = 0;  // changes
    std::size_t recovered_ = 0;
};

// Makes the change that a line of a journal holds. Error: Corrupt, and nothing is changed.
Result<void> replay(Project& project, const std::string& line);

// `fresh` with what a person edited or cleared: edited cues of `existing` stay whole, fresh ones give way to them and
// to `cleared`, and pieces too short to read go.
std::vector<Cue> keepingEdits(const std::vector<Cue>& existing, const std::vector<TimeRange>& cleared,
                              const std::vector<Cue>& fresh);

// `existing` with what a run over `range` made: cues that lie in it and that no person touched go, all others stay
// whole, and `fresh` ones give way to those and to `cleared`; without that, where a person deleted a cue there may be
// one again, as they asked for it.
std::vector<Cue> recaptioned(const std::vector<Cue>& existing, const TimeRange& range, const std::vector<Cue>& fresh,
                             const std::vector<TimeRange>& cleared = {});

}  // namespace sightline
