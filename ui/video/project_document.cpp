#include "ui/video/project_document.h"

#include <algorithm>

namespace sightline {

class ProjectDocument::Replacement final : public QUndoCommand {
public:
    Replacement(ProjectDocument& document, const QString& label, int first, std::vector<Cue> before,
                std::vector<Cue> after)
        : QUndoCommand(label), document_(document), first_(first), before_(std::move(before)),
          after_(std::move(after)) {}

    void redo() override { document_.apply(first_, static_cast<int>(before_.size()), after_); }
    void undo() override { document_.apply(first_, static_cast<int>(after_.size()), before_); }

private:
    ProjectDocument& document_;
    const int first_;
    const std::vector<Cue> before_;
    const std::vector<Cue> after_;
};

ProjectDocument::ProjectDocument(std::unique_ptr<ProjectEditor> editor, QObject* parent)
    : QObject(parent), editor_(std::move(editor)) {}

int ProjectDocument::cueAt(MediaTime time) const {
    const auto after = std::ranges::upper_bound(cues(), time, {}, &Cue::start);
    for (auto cue = after; cue != cues().begin();) {
        --cue;
        if (time < cue->end) {
            return static_cast<int>(cue - cues().begin());
        }
    }
    return -1;
}

void ProjectDocument::setText(int row, const QString& text) {
    Cue cue = cues().at(static_cast<std::size_t>(row));
    cue.text = text.toStdString();
    if (cue.text != cues()[static_cast<std::size_t>(row)].text) {
        cue.origin = CueOrigin::Edited;
        replace(tr("Edit text"), row, 1, {cue});
    }
}

void ProjectDocument::setTimes(int row, MediaTime start, MediaTime end) {
    Cue cue = cues().at(static_cast<std::size_t>(row));
    if (start < MediaTime::zero() || end <= start || (start == cue.start && end == cue.end)) {
        return;
    }
    cue.start = start;
    cue.end = end;
    cue.origin = CueOrigin::Edited;
    // The cues between the old and the new place move by one.
    std::vector<Cue> all = cues();
    all.erase(all.begin() + row);
    const auto place = std::ranges::upper_bound(all, start, {}, &Cue::start);
    const int target = static_cast<int>(place - all.begin());
    all.insert(place, cue);
    const int first = std::min(row, target);
    const int last = std::max(row, target);
    replace(tr("Change times"), first, last - first + 1, {all.begin() + first, all.begin() + last + 1});
}

void ProjectDocument::add(MediaTime start, MediaTime end, const QString& text) {
    const auto place = std::ranges::upper_bound(cues(), start, {}, &Cue::start);
    replace(tr("Add cue"), static_cast<int>(place - cues().begin()), 0,
            {Cue{start, end, text.toStdString(), 0.0, CueOrigin::Edited}});
}

void ProjectDocument::remove(int first, int count) { replace(tr("Delete"), first, count, {}); }

void ProjectDocument::accept(int row) {
    Cue cue = cues().at(static_cast<std::size_t>(row));
    if (cue.origin != CueOrigin::Edited) {
        cue.origin = CueOrigin::Edited;
        replace(tr("Accept caption"), row, 1, {cue});
    }
}

void ProjectDocument::replace(const QString& label, int first, int count, std::vector<Cue> cues) {
    const auto from = this->cues().begin() + first;
    undo_.push(new Replacement(*this, label, first, {from, from + count}, std::move(cues)));  // and does it
}

void ProjectDocument::apply(int first, int count, const std::vector<Cue>& cues) {
    const auto added = static_cast<int>(cues.size());
    emit aboutToReplaceCues(first, count, added);
    const auto result = editor_->replaceCues(static_cast<std::size_t>(first), static_cast<std::size_t>(count), cues);
    emit cuesReplaced(first, count, added);
    emit modifiedChanged();
    report(result);
}

void ProjectDocument::takeAnnotation(const Provenance& captioner, std::vector<MediaTime> shots, std::vector<Cue> cues) {
    emit aboutToReset();
    const auto result = editor_->takeAnnotation(captioner, std::move(shots), std::move(cues));
    undo_.clear();
    emit reset();
    emit modifiedChanged();
    report(result);
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

bool ProjectDocument::report(const Result<void>& result) {
    if (!result) {
        emit failed(QString::fromStdString(result.error().message));
    }
    return result.has_value();
}

}  // namespace sightline
