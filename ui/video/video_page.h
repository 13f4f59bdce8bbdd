// The annotation workspace: a video, its cues, and what is done with them.
#pragma once

#include "ui/page.h"
#include "ui/player/player_pane.h"
#include "ui/video/annotation_queue.h"
#include "ui/video/description_planner.h"
#include "ui/video/project_controller.h"
#include "ui/window_sessions.h"

class QSlider;
class QSplitter;
class QToolBar;

namespace sightline {

class CuePanel;
class CueWorkspace;
class DescriptionWorkspace;
class QueueDialog;
class RecentFiles;
class TransportBar;

// What tests and the app replace.
struct VideoPageHooks {
    std::function<QString(QWidget*)> chooseVideo;       // or project; empty when cancelled
    std::function<QString(QWidget*)> chooseSubtitles;   // as above
    std::function<QStringList(QWidget*)> chooseVideos;  // for the queue
    QueueHooks queue;
    std::function<std::optional<OpenWork>(const QString& project)> holderOf;  // the other window; none: not known
    std::function<void(const OpenWork& holder)> bringToFront;
    ProjectHooks project;
    DescriptionHooks description;
};

// UI thread only.
class VideoPage final : public Page {
    Q_OBJECT

public:
    explicit VideoPage(VideoPageHooks hooks, QWidget* parent = nullptr);

    QString title() const override { return tr("Video"); }
    QList<QMenu*> menus() const override { return {projectMenu_, editMenu_, reviewMenu_, playbackMenu_}; }
    QList<QMenu*> pictureMenus() const override { return {playbackMenu_}; }
    QList<QWidget*> panes() const override;
    void setPictureOnly(bool only) override;
    QString documentName() const override;
    bool documentModified() const override;
    void closeDocument() override;
    void enter() override;
    void leave() override;
    ~VideoPage() override;

    PlayerPane& player() { return *player_; }
    ProjectController& project() { return *project_; }
    DescriptionPlanner& description();
    QAction* openAction() const { return open_; }
    QMenu* recentMenu() const;
    void showFirstSteps();

    // Plays a video or project. On failure the error is shown, the present video goes on, and false comes back.
    bool openVideo(const QString& path);
    // `path`: of the video file, whose project is taken up.
    void openSource(std::unique_ptr<FrameSource> source, const QString& path = {});
    // One after the other in the background, into projects beside them.
    void annotateFiles(const QStringList& videos);
    void setLoop(bool loop) { loop_ = loop; }
    void setCurrentCue(int row);
    OpenWork openWork() const;          // without title; without a file where there is none
    void reopen(const OpenWork& work);  // and stands where it stood

private:
    QAction* addAction(const QIcon& icon, const QString& text, const char* name, const QKeySequence& key);
    void createActions();
    void createTransport();
    void createLayout();
    void createSeeking();
    void createContextMenus();
    void showPanes();
    void tellWhoHas(const QString& project, const QString& message);
    void openReadOnly(const QString& project);
    void offerToGoOn();
    void seekBy(MediaTime span);
    MediaTime position() const;
    MediaTime heading() const;
    void seek(MediaTime time);
    void showFrame();
    void showProject();
    void tellQueueIsOver();
    std::optional<TimeRange> cueRange() const;  // of the cue on screen
    bool usesCues() const;                      // over the picture, instead of what the model says now

    const VideoPageHooks hooks_;
    bool loop_ = false;
    QString file_;     // as it was opened
    QDateTime since_;  // then
    bool hasFile_ = false;
    bool pictureOnly_ = false;
    bool entered_ = false;  // and what a first look offers was offered
    QString sourceName_;
    QString interrupted_;  // what was said of it last
    std::optional<MediaTime> sought_;
    std::uint32_t soughtGeneration_ = 0;  // that its picture has

    PlayerPane* player_;
    QSlider* position_;
    TransportBar* transport_ = nullptr;
    CuePanel* cues_;
    ProjectController* project_;
    CueWorkspace* workspace_;
    DescriptionWorkspace* description_;
    RecentFiles* recent_;
    AnnotationQueue* queue_;
    QueueDialog* queueDialog_;
    QSplitter* columns_;  // player and cues
    QSplitter* details_;  // table and inspector
    QSplitter* rows_;     // those and the timeline
    QToolBar* bar_ = nullptr;
    QAction* copyPicture_;
    QMenu* projectMenu_;
    QMenu* editMenu_;
    QMenu* reviewMenu_;
    QMenu* playbackMenu_;
    QAction* open_ = nullptr;
    QAction* annotate_ = nullptr;
    QAction* save_ = nullptr;
    QAction* saveAs_ = nullptr;
    QAction* export_ = nullptr;
    QAction* undo_ = nullptr;
    QAction* redo_ = nullptr;
};

}  // namespace sightline
