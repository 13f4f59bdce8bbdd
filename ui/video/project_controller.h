// What the window does with projects: find, annotate, edit, save, export.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include <QObject>

#include "ui/video/annotation_runner.h"
#include "ui/video/project_document.h"
#include "ui/video/spell_checker.h"

class QTemporaryDir;
class QWidget;

namespace sightline {

class CuePanel;

// What tests and the app replace.
struct ProjectHooks {
    std::function<void(QWidget*, const QString& title, const QString& text)> showError;
    // `filters` as of QFileDialog; returns the path, empty when cancelled, and leaves the filter chosen.
    std::function<QString(QWidget*, const QString& title, const QString& suggestion, const QString& filters,
                          QString& filter)>
        chooseSave;
    std::function<Result<std::unique_ptr<FrameSource>>(const QString& path)> openVideo;
    AnnotationRunner::CaptionerLoader loadCaptioner;
    std::filesystem::path unsavedFolder;  // where projects live until they are saved by name
    SpellingFolders spelling;             // none: no spell check
};

// UI thread only. Every change is on disk at once: of a project that has no name yet, below `unsavedFolder`.
class ProjectController final : public QObject {
    Q_OBJECT

public:
    ProjectController(ProjectHooks hooks, CuePanel* panel, QWidget* window);
    ~ProjectController() override;

    // Takes up the project of this video, if there is one: beside it, or unsaved from before. Empty for a camera.
    void setVideo(const QString& path, MediaTime duration);

    // Opens a project by name; returns where its video is, empty when an error was shown.
    QString openProject(const QString& path);
    // The captions that another window has open, as they are now, to look at; returns as openProject().
    QString openReadOnly(const QString& project);

    ProjectDocument* document() const { return document_.get(); }
    const std::filesystem::path& videoPath() const { return video_; }  // empty without a video
    const ProjectHooks& hooks() const { return hooks_; }
    bool annotating() const { return runner_.running(); }
    bool canAnnotate() const { return !video_.empty() && !annotating() && !isReadOnly(); }
    bool isReadOnly() const { return document_ && document_->readOnly(); }
    bool isUnsaved() const;  // has no name yet
    // Why the queue must leave a video alone: captions of it that have no name yet would be hidden by its project.
    QString unsavedIn(const QString& video) const;
    // The caption at `time`; empty where there is none.
    QString captionAt(MediaTime time) const;

    // Whether a run over the whole video did not come to its end; annotate() goes on from there.
    bool isInterrupted() const;
    void annotate();
    void annotateRange(const TimeRange& range);  // what a person edited in it stays
    void cancel() { runner_.cancel(); }
    void addCue(MediaTime at);
    void addCue(MediaTime start, MediaTime end);
    void paste(const Cues& cues, MediaTime at);
    bool save();
    void reload();  // from the disk; what is not saved is lost
    bool saveAs();
    void exportCaptions();

signals:
    void changed();  // document(), its path or its state, or annotating()
    void told(const QString& message);
    void warned(const QString& message);                         // must be seen
    void interrupted();                                          // a run, that annotate() would go on with
    void inUse(const QString& project, const QString& message);  // by another window or program

private:
    void takeUpProject();  // of video_, if there is one
    bool begin();          // a document, if there is none
    void startRun(const TimeRange& range);
    void finishRun(const AnnotationResult& result);
    void adopt(std::unique_ptr<ProjectEditor> editor, bool readOnly = false);
    void close();
    std::filesystem::path unsavedPath(const SourceReference& source) const;
    std::filesystem::path notesPath(const std::string& fingerprint) const;
    bool isInUse(const Error& error, const std::filesystem::path& project);  // and says so

    const ProjectHooks hooks_;
    CuePanel* const panel_;
    QWidget* const window_;
    std::filesystem::path video_;
    MediaTime duration_{};
    std::unique_ptr<ProjectDocument> document_;
    AnnotationRunner runner_;
    TimeRange run_;                        // what it captions
    std::unique_ptr<QTemporaryDir> copy_;  // of a project that another window has
};

}  // namespace sightline
