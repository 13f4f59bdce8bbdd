// An open project in the window: its cues with undo, and signals about what changed.
#pragma once

#include <functional>
#include <memory>

#include <QObject>
#include <QString>
#include <QUndoStack>

#include "core/captions/cue_edits.h"
#include "core/captions/project_editor.h"

namespace sightline {

// UI thread only. Every change goes through the undo stack.
class ProjectDocument final : public QObject {
    Q_OBJECT

public:
    explicit ProjectDocument(std::unique_ptr<ProjectEditor> editor, QObject* parent = nullptr);
    ~ProjectDocument() override;

    const Project& project() const { return editor_->project(); }
    const std::vector<Cue>& cues() const { return editor_->project().track.cues; }
    const std::filesystem::path& path() const { return editor_->path(); }
    bool modified() const { return editor_->modified(); }
    bool changedOnDisk() const { return editor_->changedOnDisk(); }
    // Nothing changes it then; what tries to is refused().
    void setReadOnly(bool only) { readOnly_ = only; }
    bool readOnly() const { return readOnly_; }
    std::size_t recovered() const { return editor_->recovered(); }
    QUndoStack& undoStack() { return undo_; }

    // The cue on screen at `time`, the later one of two that overlap; -1 without any.
    int cueAt(MediaTime time) const;

    // Which changes become one entry of the undo stack when they follow each other.
    enum class Step : std::uint8_t {
        Single,     // none
        Typing,     // those since the last endTyping()
        Annotating  // what comes in from one run, by the captioner
    };

    // Makes `cues` of the cues there are; nothing when they are the same.
    void edit(const QString& label, const Cues& cues, Step step = Step::Single, Author author = Author::Person);
    void endTyping() { ++typing_; }

    // What a person does; the cues become edited ones.
    void setText(int row, const QString& text, Step step = Step::Single);
    void setTimes(int row, MediaTime start, MediaTime end);  // ignored unless 0 <= start < end
    void add(MediaTime start, MediaTime end, const QString& text);
    void remove(int first, int count);
    void remove(const std::vector<int>& rows);  // in order
    void accept(int row);                       // the caption is right as it is

    // What a run made of `range`, or of as much as it has read. Cues that a person edited stay; with `fillCleared`
    // there may be cues again where one was deleted. Runs one after the other are one entry of the undo stack until
    // endRun().
    void takeCues(const TimeRange& range, const Cues& cues, bool fillCleared);
    void endRun() { ++runs_; }
    // The end of a run over the whole video. Fails with failed().
    void takeAnnotation(const Provenance& captioner, std::vector<MediaTime> shots, const Cues& cues);
    // A file that was written out of the project; on disk at once unless there is more to save.
    void remember(const OutputRecord& record);
    // How the captions are heard; on disk as above.
    void setDescription(const DescriptionSettings& settings);
    bool save();
    bool saveAs(const std::filesystem::path& path);
    void revert();  // to what was saved last

signals:
    void aboutToReplaceCues(int first, int removed, int added);
    void cuesReplaced(int first, int removed, int added);
    void aboutToReset();
    void reset();            // all cues may be others
    void modifiedChanged();  // or the path did
    void failed(const QString& message);
    void refused(const QString& message);

private:
    class Replacement;  // one entry of the undo stack

    void apply(const CueReplacement& replacement, Author author);
    void restore(const CueReplacement& replacement, const std::vector<TimeRange>& cleared);  // by undo and redo
    void replace(const CueReplacement& replacement, const std::function<Result<void>()>& change);
    bool report(const Result<void>& result);

    std::unique_ptr<ProjectEditor> editor_;
    QUndoStack undo_;
    bool readOnly_ = false;
    int typing_ = 0;  // counts what was typed without a break
    int runs_ = 0;    // counts the captioner's
};

}  // namespace sightline
