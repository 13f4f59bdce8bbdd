#include "ui/player/transport_bar.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QAction>
#include <QAudio>
#include <QComboBox>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QStyle>
#include <QToolButton>

#include "ui/player/flow_layout.h"
#include "ui/player/media_icon.h"
#include "ui/player/player_pane.h"

namespace sightline {
namespace {

constexpr std::array<double, 8> kSpeeds = {0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 4.0};
constexpr std::array<double, 4> kFasterSpeeds = {1.0, 1.5, 2.0, 4.0};  // by one key again and again
constexpr auto kJump = std::chrono::seconds(5);
constexpr int kVolumeSteps = 100;
constexpr int kVolumeWidth = 80;

// As in the table of cues: "1:02:03.450", without hours where there are none.
QString preciseTime(MediaTime time) {
    const auto ms = std::chrono::round<std::chrono::milliseconds>(time).count();
    const QString rest =
        QStringLiteral("%1.%2").arg(ms / 1000 % 60, 2, 10, QLatin1Char('0')).arg(ms % 1000, 3, 10, QLatin1Char('0'));
    if (const auto hours = ms / 3'600'000; hours > 0) {
        return QStringLiteral("%1:%2:%3").arg(hours).arg(ms / 60'000 % 60, 2, 10, QLatin1Char('0')).arg(rest);
    }
    return QStringLiteral("%1:%2").arg(ms / 60'000).arg(rest);
}

}  // namespace

TransportBar::TransportBar(PlayerPane& player, LoopTarget loopTarget, QWidget* parent)
    : QWidget(parent), player_(player), loopTarget_(std::move(loopTarget)), speed_(new QComboBox(this)),
      volume_(new QSlider(Qt::Horizontal, this)), time_(new QLabel(this)) {
    setObjectName("transport");
    createActions();
    createRow();
    connect(&player_, &PlayerPane::frameShown, this, &TransportBar::showTime);
    connect(&player_.bridge(), &SessionBridge::stateChanged, this, &TransportBar::updateEnabled);
    updateEnabled();
}

QAction* TransportBar::addAction(const QString& text, const char* name, const QKeySequence& key,
                                 std::function<void()> run) {
    auto* action = new QAction(text, this);
    action->setObjectName(name);
    action->setShortcut(key);
    action->setToolTip(tr("%1 (%2)").arg(text, key.toString(QKeySequence::NativeText)));
    connect(action, &QAction::triggered, this, std::move(run));
    return action;
}

void TransportBar::createActions() {
    stepBack_ = addAction(tr("Previous frame"), "stepBack", QKeySequence(Qt::Key_Comma),
                          [this] { player_.session().step(-1); });
    stepForward_ =
        addAction(tr("Next frame"), "stepForward", QKeySequence(Qt::Key_Period), [this] { player_.session().step(1); });
    back_ = addAction(tr("Back 5 seconds"), "jumpBack", QKeySequence(Qt::Key_J), [this] { seekBy(-kJump); });
    stop_ = addAction(tr("Pause at normal speed"), "pauseNormal", QKeySequence(Qt::Key_K), [this] {
        player_.session().setPaused(true);
        setSpeed(1.0);
    });
    faster_ = addAction(tr("Play, and faster"), "playFaster", QKeySequence(Qt::Key_L), [this] { playFaster(); });
    loop_ = addAction(tr("Loop the cue"), "loopCue", QKeySequence(Qt::CTRL | Qt::Key_L),
                      [this] { setLoops(loop_->isChecked()); });
    loop_->setCheckable(true);
    mute_ = addAction(tr("Mute"), "mute", QKeySequence(Qt::Key_M), [this] { applyVolume(); });
    mute_->setCheckable(true);
    stepBack_->setIcon(mediaIcon(QStyle::SP_MediaSeekBackward));
    stepForward_->setIcon(mediaIcon(QStyle::SP_MediaSeekForward));
    loop_->setIcon(style()->standardIcon(QStyle::SP_BrowserReload));
    mute_->setIcon(mediaIcon(QStyle::SP_MediaVolume));
    // A key held down asks faster than frames are found when stepping back: each one is shown before the next.
    stepBack_->setAutoRepeat(true);
}

void TransportBar::createRow() {
    auto* row = new FlowLayout(this);
    row->setContentsMargins(8, 0, 8, 2);
    for (QAction* action : {stepBack_, player_.pauseAction(), stepForward_, loop_}) {
        auto* button = new QToolButton(this);
        button->setDefaultAction(action);
        button->setAutoRaise(true);
        button->setAccessibleName(action->text());
        row->addWidget(button);
    }
    speed_->setObjectName("speed");
    speed_->setAccessibleName(tr("Speed"));
    speed_->setToolTip(tr("Speed; below half and above double speed there is no sound"));
    speed_->setFocusPolicy(Qt::TabFocus);
    for (const double speed : kSpeeds) {
        speed_->addItem(tr("%1×").arg(locale().toString(speed)), speed);
    }
    row->addWidget(speed_);
    time_->setObjectName("preciseTime");
    time_->setAccessibleName(tr("Time and frame"));
    time_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    time_->setAlignment(Qt::AlignCenter);
    time_->setSizePolicy(QSizePolicy::MinimumExpanding, QSizePolicy::Preferred);
    row->addWidget(time_);
    auto* mute = new QToolButton(this);
    mute->setDefaultAction(mute_);
    mute->setAutoRaise(true);
    mute->setAccessibleName(mute_->text());
    row->addWidget(mute);
    volume_->setObjectName("volume");
    volume_->setAccessibleName(tr("Volume"));
    volume_->setRange(0, kVolumeSteps);
    volume_->setValue(kVolumeSteps);
    volume_->setFixedWidth(kVolumeWidth);
    row->addWidget(volume_);
    showSpeed();
    connect(speed_, &QComboBox::activated, this, [this](int index) { setSpeed(speed_->itemData(index).toDouble()); });
    connect(volume_, &QSlider::valueChanged, this, [this] {
        mute_->setChecked(false);
        applyVolume();
    });
}

QList<QAction*> TransportBar::menuActions() const {
    return {stepBack_, stepForward_, back_, stop_, faster_, loop_, mute_};
}

void TransportBar::reset() {
    setSpeed(1.0);
    loop_->setChecked(false);
    player_.session().setLoopRange(std::nullopt);
    time_->clear();
    time_->setToolTip({});
}

void TransportBar::updateEnabled() {
    const bool open = player_.session().state() != PlayState::Closed;
    for (QAction* action : {stepBack_, stepForward_, back_, stop_, faster_, loop_}) {
        action->setEnabled(open);
    }
}

void TransportBar::setSpeed(double speed) {
    player_.session().setSpeed(speed);
    showSpeed();
}

void TransportBar::showSpeed() {
    const QSignalBlocker blocker(speed_);
    speed_->setCurrentIndex(speed_->findData(player_.session().speed()));
}

void TransportBar::playFaster() {
    LiveSession& session = player_.session();
    if (session.state() != PlayState::Playing) {
        session.setPaused(false);
        return;
    }
    const auto next = std::ranges::upper_bound(kFasterSpeeds, session.speed());
    setSpeed(next == kFasterSpeeds.end() ? kFasterSpeeds.back() : *next);
}

void TransportBar::seekBy(std::chrono::seconds span) {
    if (const auto& frame = player_.view().frame()) {
        player_.session().seek(frame->pts + span);
    }
}

void TransportBar::setLoops(bool on) {
    const auto range = on ? loopTarget_() : std::nullopt;
    loop_->setChecked(range.has_value());
    player_.session().setLoopRange(range);
    const auto& frame = player_.view().frame();
    if (range && frame && (frame->pts < range->start || frame->pts >= range->end)) {
        player_.session().seek(range->start);
    }
}

void TransportBar::applyVolume() {
    // Ears hear loudness as a logarithm; the slider is even for them.
    const auto factor = QAudio::convertVolume(static_cast<float>(volume_->value()) / kVolumeSteps,
                                              QAudio::LogarithmicVolumeScale, QAudio::LinearVolumeScale);
    player_.session().setVolume(mute_->isChecked() ? 0.0F : factor);
    mute_->setIcon(mediaIcon(mute_->isChecked() ? QStyle::SP_MediaVolumeMuted : QStyle::SP_MediaVolume));
}

void TransportBar::showTime() {
    const MediaTime pts = player_.view().frame()->pts;
    const auto description = player_.session().description();
    const MediaTime duration = description ? description->duration : MediaTime::zero();
    const QString time =
        duration > MediaTime::zero() ? tr("%1 / %2").arg(preciseTime(pts), preciseTime(duration)) : preciseTime(pts);
    const double rate = description ? description->frameRate : 0.0;
    if (rate > 0) {
        time_->setText(tr("%1 · frame %2").arg(time).arg(std::llround(toSeconds(pts) * rate)));
        time_->setToolTip(tr("Frames are counted at %1 a second").arg(locale().toString(rate, 'g', 6)));
    } else {
        time_->setText(time);
        time_->setToolTip({});
    }
}

}  // namespace sightline
