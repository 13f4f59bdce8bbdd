#include "ui/video/project_document.h"

#include <algorithm>
#include <optional>

#include "core/annotate/output_file.h"
#include "ui/error_text.h"

namespace sightline {

namespace {

constexpr int kNoMerging = -1;
constexpr int kKinds = 2;  // of ids below

std::ptrdiff_t place(std::size_t row) { return static_cast<std::ptrdiff_t>(row); }

}  // namespace

class ProjectDocument::Replacement final : public QUndoCommand {
public:
    Replacement(ProjectDocument& document, const QString& label, const CueReplacement& forth, Author author, int id)
        : QUndoCommand(label), document_(document), forth_(forth), clearedBefore_(document.project().cleared),
          author_(author), id_(id) {
        const auto from = document.cues().begin() + place(forth.first);
        back_ = {forth.first, forth.cues.size(), {from, from + place(forth.count)}};
    }

    void redo() override {
        if (clearedAfter_) {
            document_.restore(forth_, *clearedAfter_);
        } else {
            document_.apply(forth_, author_);
            clearedAfter_ = document_.project().cleared;
        }
    }
    void undo() override { document_.restore(back_, clearedBefore_); }
    int id() const override { return id_; }

    // `next` has been done. Both replace parts of the list between them; together they replace what lies from the
    // first of the two parts to the last.
    bool mergeWith(const QUndoCommand* command) override {
        const auto& next = static_cast<const Replacement&>(*command);
        const std::size_t first = std::min(forth_.first, next.forth_.first);
        const std::size_t end =
            std::max(forth_.first + forth_.cues.size(), next.forth_.first + next.forth_.count);  // between the two
        Cues after(document_.cues().begin() + place(first),
                   document_.cues().begin() + place(end - next.forth_.count + next.forth_.cues.size()));
        Cues before = after;
        exchange(before, next.back_, first);
        exchange(before, back_, first);
        clearedAfter_ = next.clearedAfter_;
        forth_ = {first, before.size(), after};
        back_ = {first, after.size(), std::move(before)};
        setObsolete(forth_.cues == back_.cues);
        return true;
    }

private:
    static void exchange(Cues& part, const CueReplacement& replacement, std::size_t first) {
        const auto from = part.begin() + place(replacement.first - first);
        const auto next = part.erase(from, from + place(replacement.count));
        part.insert(next, replacement.cues.begin(), replacement.cues.end());
    }

    ProjectDocument& document_;
    CueReplacement forth_;
    CueReplacement back_;
    const std::vector<TimeRange> clearedBefore_;
    std::optional<std::vector<TimeRange>> clearedAfter_;  // absent until it was done once
    const Author author_;
    const int id_;
};

ProjectDocument::ProjectDocument(std::unique_ptr<ProjectEditor> editor, QObject* parent)
    : QObject(parent), editor_(std::move(editor)) {}

// The stack tells that it is empty when it goes, to listeners that may be half gone themselves.
ProjectDocument::~ProjectDocument() { undo_.disconnect(); }

int ProjectDocument::cueAt(MediaTime time) const { return sightline::cueAt(cues(), time); }

void ProjectDocument::edit(const QString& label, const Cues& cues, Step step, Author author) {
    if (readOnly_) {
        emit refused(tr("These captions are only shown here: another window has them open."));
        return;
    }
    const CueReplacement replacement = replacementBetween(this->cues(), cues);
    if (replacement.empty()) {
        return;
    }
    int id = kNoMerging;
    if (step == Step::Typing) {
        id = kKinds * typing_;
    } else if (step == Step::Annotating) {
        id = kKinds * runs_ + 1;
    }
    undo_.push(new Replacement(*this, label, replacement, author, id));  // and does it
}

void ProjectDocument::setText(int row, const QString& text, Step step) {
    Cue cue = cues().at(static_cast<std::size_t>(row));
    cue.text = text.toStdString();
    edit(tr("Edit text"), changeCue(cues(), static_cast<std::size_t>(row), cue), step);
}

void ProjectDocument::setTimes(int row, MediaTime start, MediaTime end) {
    Cue cue = cues().at(static_cast<std::size_t>(row));
    cue.start = start;
    cue.end = end;
    edit(tr("Change times"), changeCue(cues(), static_cast<std::size_t>(row), cue));
}

void ProjectDocument::add(MediaTime start, MediaTime end, const QString& text) {
    edit(tr("Add cue"), addCue(cues(), start, end - start, text.toStdString()));
}

void ProjectDocument::remove(int first, int count) {
    edit(tr("Delete"), removeCues(cues(), static_cast<std::size_t>(first), static_cast<std::size_t>(count)));
}

void ProjectDocument::remove(const std::vector<int>& rows) {
    Cues left = cues();
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
        left = removeCues(std::move(left), static_cast<std::size_t>(*row), 1);
    }
    edit(tr("Delete"), left);
}

void ProjectDocument::accept(int row) {
    Cues accepted = cues();
    Cue& cue = accepted.at(static_cast<std::size_t>(row));
    cue.origin = isPeoples(cue) ? cue.origin : CueOrigin::Accepted;
    edit(tr("Accept caption"), accepted);
}

void ProjectDocument::apply(const CueReplacement& replacement, Author author) {
    replace(replacement,
            [&] { return editor_->replaceCues(replacement.first, replacement.count, replacement.cues, author); });
}

void ProjectDocument::restore(const CueReplacement& replacement, const std::vector<TimeRange>& cleared) {
    replace(replacement,
            [&] { return editor_->restoreCues(replacement.first, replacement.count, replacement.cues, cleared); });
}

void ProjectDocument::replace(const CueReplacement& replacement, const std::function<Result<void>()>& change) {
    const auto first = static_cast<int>(replacement.first);
    const auto count = static_cast<int>(replacement.count);
    const auto added = static_cast<int>(replacement.cues.size());
    emit aboutToReplaceCues(first, count, added);
    const auto result = change();
    emit cuesReplaced(first, count, added);
    emit modifiedChanged();
    report(result);
}

void ProjectDocument::takeCues(const TimeRange& range, const Cues& cues, bool fillCleared) {
    const auto cleared = fillCleared ? std::vector<TimeRange>() : project().cleared;
    edit(tr("Annotate"), recaptioned(this->cues(), range, cues, cleared), Step::Annotating, Author::Captioner);
}

void ProjectDocument::takeAnnotation(const Provenance& captioner, std::vector<MediaTime> shots, const Cues& cues) {
    edit(tr("Annotate"), keepingEdits(this->cues(), project().cleared, cues), Step::Annotating, Author::Captioner);
    endRun();
    emit aboutToReset();
    const auto result = editor_->setAnnotation(captioner, std::move(shots));
    emit reset();
    emit modifiedChanged();
    report(result);
}

void ProjectDocument::remember(const OutputRecord& record) {
    editor_->setOutputs(withRecord(project().outputs, record));
    if (!modified()) {
        save();
    }
}

void ProjectDocument::setDescription(const DescriptionSettings& settings) {
    if (readOnly_ || settings == project().description) {
        return;
    }
    editor_->setDescription(settings);
    if (!modified()) {
        save();
    }
}

bool ProjectDocument::save() { return saveAs(path()); }

bool ProjectDocument::saveAs(const std::filesystem::path& path) {
    const bool saved = report(editor_->saveAs(path));
    if (saved) {
        undo_.setClean();
        emit modifiedChanged();
    }
    return saved;
}

void ProjectDocument::revert() {
    emit aboutToReset();
    const auto result = editor_->revert();
    undo_.clear();
    emit reset();
    emit modifiedChanged();
    report(result);
}

bool ProjectDocument::report(const Result<void>& result) {
    if (!result) {
        emit failed(errorText(result.error()));
    }
    return result.has_value();
}

}  // namespace sightline
