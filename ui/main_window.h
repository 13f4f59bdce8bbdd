// The one window: preview with captions, cues of a video, counters; open, camera, pause, annotate, save, export.
#pragma once

#include <functional>

#include <QMainWindow>
#include <QTimer>

#include "core/media/camera_source.h"
#include "ui/project_controller.h"
#include "ui/session_bridge.h"

class QAction;
class QLabel;
class QMenu;
class QSlider;
class QToolBar;

namespace sightline {

class CountersPanel;
class CuePanel;
class VideoView;

// What tests and the app replace: dialogs and the opening of sources.
struct MainWindowHooks {
    std::function<QString(QWidget*)> chooseVideo;  // or project; empty when cancelled
    std::function<Result<std::unique_ptr<FrameSource>>()> openCamera;
    ProjectHooks project;

    // File dialogs, message box, FFmpeg and the first camera; no captioner.
    static MainWindowHooks standard();
};

// UI thread only.
class MainWindow final : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(MainWindowHooks hooks, QWidget* parent = nullptr);

    SessionBridge& bridge() { return bridge_; }
    ProjectController& project() { return *project_; }

    // Plays a source. On failure the error is shown, the present source goes on, and false comes back.
    bool openVideo(const QString& path);  // or a project
    bool openCamera();
    // `path`: of a video file, whose project is taken up.
    void openSource(std::unique_ptr<FrameSource> source, const QString& path = {});

    void setLoop(bool loop) { loop_ = loop; }

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void createActions();
    void createProjectActions(QMenu* file, QToolBar* bar);
    QAction* createAction(const QIcon& icon, const QString& text, const char* name, const QKeySequence& key);
    void seek(MediaTime time);
    void showFrame();
    void showCaption();
    void showState();
    void showCounters();
    void showProject();
    bool usesCues() const;  // over the picture, instead of what the model says now

    const MainWindowHooks hooks_;
    bool loop_ = false;
    QString modelState_;

    SessionBridge bridge_;
    VideoView* view_;
    CountersPanel* counters_;
    QSlider* position_;
    QLabel* time_;
    QLabel* model_;
    CuePanel* cues_;
    ProjectController* project_;
    QAction* pause_ = nullptr;
    QAction* annotate_ = nullptr;
    QAction* save_ = nullptr;
    QAction* saveAs_ = nullptr;
    QAction* export_ = nullptr;
    QAction* undo_ = nullptr;
    QAction* redo_ = nullptr;
    QString sourceName_;
    QTimer refresh_;
};

}  // namespace sightline
