// An open project in the window: its cues with undo, and signals about what changed.
#pragma once

#include <memory>

#include <QObject>
#include <QString>
#include <QUndoStack>

#include "core/captions/project_editor.h"

namespace sightline {

// UI thread only. Every change goes through the undo stack except a whole annotation, which empties it.
class ProjectDocument final : public QObject {
    Q_OBJECT

public:
    explicit ProjectDocument(std::unique_ptr<ProjectEditor> editor, QObject* parent = nullptr);

    const Project& project() const { return editor_->project(); }
    const std::vector<Cue>& cues() const { return editor_->project().track.cues; }
    const std::filesystem::path& path() const { return editor_->path(); }
    bool modified() const { return editor_->modified(); }
    std::size_t recovered() const { return editor_->recovered(); }
    QUndoStack& undoStack() { return undo_; }

    // The cue on screen at `time`, the later one of two that overlap; -1 without any.
    int cueAt(MediaTime time) const;

    // What a person does; the cues become edited ones.
    void setText(int row, const QString& text);
    void setTimes(int row, MediaTime start, MediaTime end);  // ignored unless 0 <= start < end
    void add(MediaTime start, MediaTime end, const QString& text);
    void remove(int first, int count);
    void accept(int row);  // the caption is right as it is

    // Fails with failed().
    void takeAnnotation(const Provenance& captioner, std::vector<MediaTime> shots, std::vector<Cue> cues);
    bool save();
    bool saveAs(const std::filesystem::path& path);

signals:
    void aboutToReplaceCues(int first, int removed, int added);
    void cuesReplaced(int first, int removed, int added);
    void aboutToReset();
    void reset();            // all cues may be others
    void modifiedChanged();  // or the path did
    void failed(const QString& message);

private:
    class Replacement;  // one entry of the undo stack

    void replace(const QString& label, int first, int count, std::vector<Cue> cues);
    void apply(int first, int count, const std::vector<Cue>& cues);
    bool report(const Result<void>& result);

    std::unique_ptr<ProjectEditor> editor_;
    QUndoStack undo_;
};

}  // namespace sightline
