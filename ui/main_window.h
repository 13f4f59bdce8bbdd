// The one window: preview with captions, counters, open, camera, pause.
#pragma once

#include <functional>

#include <QMainWindow>
#include <QTimer>

#include "core/media/camera_source.h"
#include "ui/session_bridge.h"

class QAction;
class QLabel;
class QSlider;

namespace sightline {

class CountersPanel;
class VideoView;

// What tests and the app replace: dialogs and the opening of sources.
struct MainWindowHooks {
    std::function<QString(QWidget*)> chooseVideo;  // empty when cancelled
    std::function<void(QWidget*, const QString& title, const QString& text)> showError;
    std::function<Result<std::unique_ptr<FrameSource>>(const QString& path)> openVideo;
    std::function<Result<std::unique_ptr<FrameSource>>()> openCamera;

    // File dialog, message box, FFmpeg and the first camera.
    static MainWindowHooks standard();
};

// UI thread only.
class MainWindow final : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(MainWindowHooks hooks, QWidget* parent = nullptr);

    SessionBridge& bridge() { return bridge_; }

    // Plays a source. On failure the error is shown, the present source goes on, and false comes back.
    bool openVideo(const QString& path);
    bool openCamera();
    void openSource(std::unique_ptr<FrameSource> source);

    void setLoop(bool loop) { loop_ = loop; }

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void createActions();
    void showFrame();
    void showCaption();
    void showState();
    void showCounters();
    bool open(Result<std::unique_ptr<FrameSource>> source);

    const MainWindowHooks hooks_;
    bool loop_ = false;
    QString modelState_;

    SessionBridge bridge_;
    VideoView* view_;
    CountersPanel* counters_;
    QSlider* position_;
    QLabel* time_;
    QLabel* model_;
    QAction* pause_ = nullptr;
    QTimer refresh_;
};

}  // namespace sightline
