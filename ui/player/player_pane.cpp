#include "ui/player/player_pane.h"

#include <QStyle>
#include <QVBoxLayout>

#include "ui/error_text.h"
#include "ui/player/counters_panel.h"
#include "ui/player/media_icon.h"
#include "ui/player/qt_audio_sink.h"

namespace sightline {
namespace {

constexpr auto kRefreshInterval = std::chrono::milliseconds(250);  // of the counters; faster is not readable

}  // namespace

PlayerPane::PlayerPane(ShowError showError, QWidget* parent)
    : QWidget(parent), showError_(std::move(showError)), view_(new VideoView(this)), counters_(new CountersPanel(this)),
      column_(new QVBoxLayout(this)), pause_(new QAction(this)) {
    column_->setContentsMargins(0, 0, 0, 0);
    column_->setSpacing(0);
    column_->addWidget(view_, 1);
    column_->addWidget(counters_);
    pause_->setObjectName("pause");

    connect(pause_, &QAction::triggered, this,
            [this] { session().setPaused(session().state() == PlayState::Playing); });
    connect(&bridge_, &SessionBridge::frameReady, this, &PlayerPane::showFrame);
    connect(&bridge_, &SessionBridge::captionReady, this, &PlayerPane::showCaption);
    connect(&bridge_, &SessionBridge::stateChanged, this, &PlayerPane::showState);
    connect(&bridge_, &SessionBridge::modelReady, this, [this] {
        loadedState_ = tr("Model ready");
        setModelState(loadedState_);
    });
    connect(&bridge_, &SessionBridge::modelFailed, this, [this](const QString& message) {
        loadedState_ = tr("No model: the video is shown without captions");
        setModelState(loadedState_);
        showError_(window(), tr("Cannot load the model"), message);
    });
    connect(&refresh_, &QTimer::timeout, this, &PlayerPane::showCounters);
    refresh_.start(kRefreshInterval);
    showState();
}

PlayerPane::~PlayerPane() = default;

void PlayerPane::insertBelowView(QWidget* widget) { column_->insertWidget(column_->indexOf(counters_), widget); }

void PlayerPane::setCountersVisible(bool visible) { counters_->setVisible(visible); }

void PlayerPane::setModel(SessionBridge::CaptionerLoader loader, int beams) {
    loader_ = std::move(loader);
    beams_ = beams;
}

void PlayerPane::loadModel() {
    if (auto loader = std::exchange(loader_, nullptr)) {
        loadedState_ = tr("Loading the model…");
        setModelState(loadedState_);
        bridge_.loadCaptioner(std::move(loader), beams_);
    }
}

void PlayerPane::setModelState(const QString& text) {
    if (text != modelState_) {
        modelState_ = text;
        emit modelStateChanged();
    }
}

void PlayerPane::open(std::unique_ptr<FrameSource> source, const LiveSessionOptions& options, AudioOpener audio) {
    view_->clear();
    view_->setHint(tr("Waiting for pictures…"));
    if (audio) {  // another output may be the system's default now
        session().close();
        sink_ = QtAudioSink::open();
        session().setAudioSink(sink_.get());
    }
    session().open(std::move(source), options, std::move(audio));
}

void PlayerPane::close() {
    session().close();
    view_->clear();
}

void PlayerPane::showFrame() {
    if (FramePtr frame = session().takeFrame()) {
        view_->setFrame(std::move(frame));
        emit frameShown();
    }
}

void PlayerPane::showCaption() {
    const auto caption = session().captions().latest();
    if (showsLiveCaptions_ && caption && caption->generation == session().generation()) {
        view_->setCaption(QString::fromStdString(caption->text));
    }
    const auto error = session().captionError();
    setModelState(error ? errorText(*error) : loadedState_);
}

void PlayerPane::showState() {
    const PlayState state = session().state();
    const bool playing = state == PlayState::Playing;
    const auto description = session().description();
    pause_->setEnabled(state != PlayState::Closed && !(state == PlayState::Failed && description && description->live));
    pause_->setText(playing ? tr("&Pause") : tr("&Play"));
    pause_->setIcon(mediaIcon(playing ? QStyle::SP_MediaPause : QStyle::SP_MediaPlay));
    if (state == PlayState::Failed && tellsFailures_) {
        if (const auto error = session().error()) {
            showError_(window(), tr("Playback stopped"), errorText(*error));
        }
    }
}

void PlayerPane::showCounters() {
    if (session().state() == PlayState::Closed) {
        counters_->showMetrics({}, 0.0);  // what the session counted was of a source that is gone
    } else {
        counters_->showMetrics(session().metrics(), view_->displayedFps());
    }
}

}  // namespace sightline
