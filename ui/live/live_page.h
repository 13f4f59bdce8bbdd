// Live captions of a camera, a stream or the screen.
#pragma once

#include <filesystem>

#include <QDateTime>
#include <QStyle>

#include "core/narration/live_speech.h"
#include "ui/live/alert_center.h"
#include "ui/live/caption_speech.h"
#include "ui/live/capture_folder.h"
#include "ui/live/history_panel.h"
#include "ui/live/source_bar.h"
#include "ui/live/x11_windows.h"
#include "ui/page.h"
#include "ui/player/player_pane.h"

class QSettings;
class QSlider;

namespace sightline {

class CountersDock;
class FeedMenu;
class LiveFeed;
class LiveRecording;
class MessageBar;
class OverlayMenu;
class OwnWindowHint;
class QuietSpeech;

// What tests and the app replace.
struct LivePageHooks {
    // Returns at once; `health` tells how the source is once it reads.
    std::function<Result<std::unique_ptr<FrameSource>>(const QString& address, std::shared_ptr<SourceHealth> health)>
        open;
    SourceBar::ListCameras listCameras;
    SourceBar::ChooseFile chooseFile;
    SourceBar::PickScreen pickScreen;  // null: parts of the screen cannot be picked here
    std::function<bool(std::uint32_t window)> hidesWindow = hidesX11Window;
    SourceBar::AskName askName;           // of a source
    HistoryPanel::ChooseSave chooseSave;  // where the history is exported to
    QString historyFolder;                // of the session's captions; empty: the system's for temporary files
    QString firstAddress = QStringLiteral("camera:0");  // what the camera action opens
    std::filesystem::path captureFolder;                // of recordings and snapshots; made when the first is
    std::shared_ptr<QSettings> settings;                // choices are kept there; null: nowhere
    ShowError showError;
    AlertOutlets alerts;
    CaptionSpeech::OpenSpeaker openSpeaker = openSystemSpeaker;
    std::shared_ptr<LiveSpeech> speech;  // hears what `open` opens; null: nobody does
};

// UI thread only.
class LivePage final : public Page {
    Q_OBJECT

public:
    explicit LivePage(LivePageHooks hooks, QWidget* parent = nullptr);
    ~LivePage() override;

    QString title() const override { return tr("Live"); }
    QList<QMenu*> menus() const override { return {menu_}; }
    QList<QWidget*> panes() const override;
    void setPictureOnly(bool only) override;
    QString documentName() const override { return sourceName_; }
    void closeDocument() override { stop(); }
    void enter() override;

    PlayerPane& player() { return *player_; }
    QString recordingFile() const;  // that is being written; empty without any
    QAction* cameraAction() const { return camera_; }

    // Shows and captions a source. On failure that is told above the picture, with a button to try again, and false
    // comes back; what fails later is told there and in the picture.
    bool openAddress(const QString& address);
    void openSource(std::unique_ptr<FrameSource> source);
    void stop();  // the recording too

signals:
    void projectWanted(const QString& path);  // of a recording

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QAction* addAction(const QString& text, const char* name, QStyle::StandardPixmap icon, const QString& help);
    QWidget* createSteadiness();
    void createActions();
    QString historyFolder() const;
    void offerLeftHistory();
    void restoreChoices();
    void keepChoices();
    void showCaption();
    void silence();
    void showBadge();
    void showState();        // of the source, in picture and buttons
    void showSourceState();  // what changes by itself, too
    void showFailure(const QString& message);
    bool runs();
    void showSourceFrame();
    void takeSnapshot();
    void considerAlerts(const Caption& caption, const FramePtr& frame);
    void editAlerts();
    void setSpeaks(bool on);
    void applyTap();  // who gets every frame
    void switchFeed(bool on);

    const LivePageHooks hooks_;
    const CaptureFolder captures_;
    PlayerPane* player_;
    SourceBar* source_;
    HistoryPanel* history_;
    OverlayMenu* overlay_;
    std::shared_ptr<LiveFeed> feed_;  // the capture thread offers frames to it
    FeedMenu* feedMenu_;
    AlertCenter* alerts_;
    CaptionSpeech* speech_;
    QuietSpeech* quiet_;
    MessageBar* problem_;  // of the source
    OwnWindowHint* ownWindow_;
    MessageBar* message_;
    CountersDock* dock_;
    QList<QWidget*> besidePicture_;  // hidden in full screen
    bool pictureOnly_ = false;
    bool entered_ = false;  // and what a first look offers was offered
    QTimer messageTimer_;
    QSlider* steadiness_;
    QMenu* menu_;
    LiveRecording* recording_;
    QAction* camera_;
    QAction* stop_ = nullptr;
    QAction* snapshot_ = nullptr;
    QAction* editAlerts_ = nullptr;
    QAction* counters_ = nullptr;
    QString sourceName_;
    QString address_;      // of the source, or of the one that failed
    QString unseen_;       // the same until its first picture comes, with which it is remembered
    bool failed_ = false;  // and was told
    QDateTime lostSince_;  // the last picture; invalid while they come
    std::uint64_t shownChange_ = 0;
    QTimer badgeTimer_;
};

}  // namespace sightline
