// The one window: pages under tabs, the menu bar, and the status bar with the model's state.
#pragma once

#include <chrono>
#include <optional>

#include <QMainWindow>
#include <QTimer>

#include "core/media/live/open_source.h"
#include "ui/background_run.h"
#include "ui/lab/thread_lab_page.h"
#include "ui/live/live_page.h"
#include "ui/model_menu.h"
#include "ui/video/video_page.h"

class QLabel;
class QVBoxLayout;
class QTabWidget;

namespace sightline {

class MessageBar;

// What tests and the app replace: dialogs and the opening of sources.
struct MainWindowHooks {
    LivePageHooks live;
    ThreadLabHooks lab;
    VideoPageHooks video;
    QString sessionFolder;           // where windows tell each other what they have open; empty: they do not
    std::vector<ModelEntry> models;  // to choose from; none: no menu for it
    ModelMenu::FileChooser chooseModel;
    QString logFile;  // that Help shows; empty: none is kept

    // File dialogs, message box, FFmpeg and the first camera; no captioner.
    static MainWindowHooks standard(const SourceOptions& sources = {});
    void setShowError(const ShowError& showError);
};

// UI thread only.
class MainWindow final : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(MainWindowHooks hooks, QWidget* parent = nullptr);
    ~MainWindow() override;

    LivePage& live() { return *live_; }
    VideoPage& video() { return *video_; }
    ThreadLabPage& lab() { return *lab_; }

    // What every page captions with; the page that is shown loads it at once.
    void setModel(const SessionBridge::CaptionerLoader& loader, int beams);

    // Says above the pages that the program crashed the last time and offers its report; `seen` once that was answered.
    void offerCrashReport(const QString& report, const std::function<void()>& seen);

    void warn(const QString& message);  // above the pages, until it is closed

    bool isPlaying();  // whether a page has a source open

    // Finds the number of threads in the background; skipped when something is opened meanwhile. `over` is called once.
    void startQuickTune(std::function<void()> over);

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void addPage(Page* page);
    VideoPageHooks joined(VideoPageHooks hooks);
    std::optional<std::chrono::nanoseconds> captionTime();  // of the current model; none before it captioned
    void keepWork();
    void offerWorkLeftBehind();
    void openRecording(const QString& file);  // that was cut off, with the captions that are in it
    void comeToFront();
    void addView();
    void addHelp();
    void moveToPane(int step);
    void setFullScreen(bool full);
    Page* currentPage() const;
    void showPage();  // the current one, in menus, title and status
    void showTitle();
    void showModelState();

    const ThreadLabHooks labHooks_;
    WindowSessions sessions_;
    const QString logFile_;
    MessageBar* messages_;
    QVBoxLayout* column_;  // what must be seen, and the pages
    QTabWidget* tabs_;
    LivePage* live_;
    VideoPage* video_;
    ThreadLabPage* lab_;
    QLabel* model_;
    QTimer work_;  // is kept when it is due
    Page* shown_ = nullptr;
    QMenu* view_ = nullptr;
    QAction* afterPages_ = nullptr;  // the menu behind those of a page
    QAction* fullScreen_ = nullptr;
    QAction* leaveFullScreen_ = nullptr;
    QList<QAction*> borrowed_;  // that work without the menu bar, in full screen
    bool wasMaximized_ = false;
    BackgroundRun recovery_;
};

}  // namespace sightline
