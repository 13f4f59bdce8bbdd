// What a run of `sightline annotate` found in a video so far, on disk, so that a later run goes on from there.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/captions/edit_journal.h"
#include "core/pipeline/annotate_session.h"

namespace sightline {

// Adds what a line of the journal holds. False, and nothing is added, for lines that hold no notes.
bool replay(AnnotationNotes& notes, const std::string& line);

// One thread at a time.
class AnnotateJournal {
public:
    // `run` names the video, the model and the settings: notes of any other run are dropped. Errors: Device, another
    // process annotates the same video into the same place; Io.
    static Result<AnnotateJournal> open(const std::filesystem::path& path, std::string_view run);

    AnnotationNotes& notes() { return notes_; }

    // Writes what notes() has gained, at most once a second. Error: Io.
    Result<void> keep();
    // At once: the run ends here. Error: Io.
    Result<void> keepAll();

    void remove() { journal_->remove(); }  // the run is over

private:
    explicit AnnotateJournal(std::unique_ptr<EditJournal> journal) : journal_(std::move(journal)) {}

    std::unique_ptr<EditJournal> journal_;
    AnnotationNotes notes_;
    std::size_t keptCaptions_ = 0;
    std::size_t keptBoundaries_ = 0;
    SteadyTime keptAt_{};
};

}  // namespace sightline
