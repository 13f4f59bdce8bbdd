// A source playing: the preview with captions, counters, pause, and the model's state in words.
#pragma once

#include <QAction>
#include <QTimer>
#include <QWidget>

#include "ui/player/session_bridge.h"
#include "ui/player/video_view.h"

class QVBoxLayout;

namespace sightline {

class CountersPanel;
class QtAudioSink;

using ShowError = std::function<void(QWidget*, const QString& title, const QString& text)>;

// UI thread only. Pages put what belongs to them below the preview.
class PlayerPane final : public QWidget {
    Q_OBJECT

public:
    explicit PlayerPane(ShowError showError, QWidget* parent = nullptr);
    ~PlayerPane() override;

    SessionBridge& bridge() { return bridge_; }
    LiveSession& session() { return bridge_.session(); }
    VideoView& view() { return *view_; }
    QAction* pauseAction() const { return pause_; }  // its keys are the page's choice

    // The model is loaded by the first loadModel(), so that a page never looked at costs none.
    void setModel(SessionBridge::CaptionerLoader loader, int beams);
    void loadModel();
    QString modelState() const { return modelState_; }

    // `audio` is played where the system has an audio output.
    void open(std::unique_ptr<FrameSource> source, const LiveSessionOptions& options, AudioOpener audio = {});
    void close();
    bool hasSoundOutput() const { return sink_ != nullptr; }  // for what open() has got

    // Off: the page tells of a source that failed.
    void setTellsFailures(bool tells) { tellsFailures_ = tells; }
    void setCountersVisible(bool visible);
    // Off: the page sets the view's caption itself.
    void setShowsLiveCaptions(bool shows) { showsLiveCaptions_ = shows; }
    void insertBelowView(QWidget* widget);

signals:
    void frameShown();
    void modelStateChanged();

private:
    void showFrame();
    void showCaption();
    void showState();
    void showCounters();
    void setModelState(const QString& text);

    const ShowError showError_;
    std::unique_ptr<QtAudioSink> sink_;  // before the session, which uses it
    SessionBridge bridge_;
    VideoView* view_;
    CountersPanel* counters_;
    QVBoxLayout* column_;
    QAction* pause_;
    QTimer refresh_;
    SessionBridge::CaptionerLoader loader_;
    int beams_ = 0;
    bool showsLiveCaptions_ = true;
    bool tellsFailures_ = true;
    QString loadedState_;  // shown while captions work
    QString modelState_;
};

}  // namespace sightline
