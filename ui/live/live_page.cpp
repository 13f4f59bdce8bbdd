#include "ui/live/live_page.h"

#include <algorithm>
#include <cmath>

#include <QAccessible>
#include <QDateTime>
#include <QFileInfo>
#include <QLabel>
#include <QScrollArea>
#include <QSettings>
#include <QSlider>
#include <QSplitter>
#include <QStyle>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/media/live/source_address.h"
#include "core/pipeline/session_recorder.h"
#include "ui/clock_text.h"
#include "ui/error_text.h"
#include "ui/live/alerts_dialog.h"
#include "ui/live/counters_dock.h"
#include "ui/live/feed_menu.h"
#include "ui/live/history_panel.h"
#include "ui/live/live_feed.h"
#include "ui/live/live_recording.h"
#include "ui/live/overlay_menu.h"
#include "ui/live/own_window_hint.h"
#include "ui/live/picture_dialog.h"
#include "ui/live/quiet_speech.h"
#include "ui/message_bar.h"
#include "ui/player/flow_layout.h"
#include "ui/player/frame_image.h"
#include "ui/player/media_icon.h"
#include "ui/player/number_text.h"
#include "ui/scrolled.h"
#include "ui/window_settings.h"

namespace sightline {
namespace {

constexpr auto kBadgeInterval = std::chrono::milliseconds(250);
constexpr auto kMessageTime = std::chrono::seconds(15);  // of an alert above the picture
constexpr int kSteps = 100;                              // of the steadiness slider
constexpr int kRoomForCounters = 430;                    // of the page's height; below, all of it is the picture's

}  // namespace

LivePage::LivePage(LivePageHooks hooks, QWidget* parent)
    : Page(parent), hooks_(std::move(hooks)), captures_(hooks_.captureFolder, hooks_.settings),
      player_(new PlayerPane(hooks_.showError, this)),
      source_(new SourceBar({hooks_.listCameras, hooks_.chooseFile, hooks_.pickScreen, hooks_.askName, hooks_.settings},
                            this)),
      history_(new HistoryPanel(historyFolder(), hooks_.chooseSave, this)), overlay_(new OverlayMenu(this)),
      feed_(std::make_shared<LiveFeed>()), feedMenu_(new FeedMenu(*feed_, hooks_.settings, hooks_.showError, this)),
      alerts_(new AlertCenter(hooks_.settings, hooks_.alerts, this)),
      speech_(new CaptionSpeech(hooks_.openSpeaker, this)),
      quiet_(new QuietSpeech(hooks_.speech, speech_, overlay_->quietAction(), hooks_.settings, this)),
      problem_(new MessageBar(this)),
      ownWindow_(new OwnWindowHint(hooks_.hidesWindow, static_cast<bool>(hooks_.pickScreen), this)),
      message_(new MessageBar(this)),
      dock_(new CountersDock(
          [this] {
              return CountersDock::Reading{player_->session().metrics(), player_->view().displayedFps()};
          },
          this)),
      steadiness_(new QSlider(Qt::Horizontal, this)), menu_(new QMenu(tr("&Live"), this)),
      recording_(new LiveRecording([this](const char* extension) { return captures_.newName(extension); },
                                   hooks_.showError, this)),
      camera_(new QAction(style()->standardIcon(QStyle::SP_ComputerIcon), tr("&Camera"), this)) {
    setObjectName("livePage");
    player_->setTellsFailures(false);      // the page does, with a button to try again
    player_->setShowsLiveCaptions(false);  // the steady ones are shown instead
    player_->view().setHint(tr("Choose a camera, an address, the screen or a file, and press Start."));
    createActions();

    auto* bar = new QToolBar(tr("Live"), this);
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    player_->pauseAction()->setShortcut(Qt::Key_Space);
    bar->addActions({camera_, player_->pauseAction(), stop_});
    bar->addSeparator();
    bar->addActions({recording_->recordAction(), snapshot_, recording_->openAction()});
    bar->addSeparator();
    auto* look = new QToolButton(bar);
    look->setObjectName("overlayButton");
    look->setText(tr("Caption look"));
    look->setMenu(overlay_);
    look->setPopupMode(QToolButton::InstantPopup);
    bar->addWidget(look);
    auto* feed = new QToolButton(bar);
    feed->setObjectName("feedButton");
    feed->setText(tr("Feed"));
    feed->setMenu(feedMenu_);
    feed->setPopupMode(QToolButton::InstantPopup);
    bar->addWidget(feed);
    bar->addAction(counters_);
    menu_->addActions({player_->pauseAction(), stop_, recording_->recordAction(), snapshot_, recording_->openAction(),
                       history_->exportAction(), editAlerts_, counters_});
    menu_->addMenu(overlay_);
    menu_->addMenu(feedMenu_);

    auto* split = new QSplitter(this);
    split->addWidget(player_);
    auto* side = new QSplitter(Qt::Vertical, split);
    side->addWidget(history_);
    side->addWidget(dock_);
    side->setStretchFactor(0, 1);
    side->setCollapsible(1, false);
    dock_->hide();
    split->addWidget(side);
    split->setStretchFactor(0, 1);
    split->setSizes({1000, 300});
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* choices = new QWidget(this);
    auto* flow = new FlowLayout(choices);
    flow->setContentsMargins(0, 0, 0, 0);
    source_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    flow->addWidget(source_);
    QWidget* steadiness = createSteadiness();
    flow->addWidget(steadiness);
    flow->addWidget(recording_->state());
    problem_->setObjectName("sourceProblem");
    column->addWidget(bar);
    column->addWidget(choices);
    column->addWidget(problem_);
    column->addWidget(ownWindow_->bar());
    column->addWidget(message_);
    column->addWidget(scrolled(split), 1);
    besidePicture_ = {bar, source_, steadiness, side};  // that of a recording stays
    connect(source_, &SourceBar::problemChanged, problem_, [this](const QString& text) {
        if (text.isEmpty()) {
            problem_->hide();
        } else {
            silence();
            problem_->ask(text, {{tr("Close"), [] {}}});
        }
    });
    connect(source_, &SourceBar::stopWanted, this, &LivePage::stop);
    connect(ownWindow_, &OwnWindowHint::areaWanted, source_, [this] { source_->pick(ScreenPart::Area); });
    connect(&player_->bridge(), &SessionBridge::stateChanged, this, &LivePage::showState);
    connect(player_, &PlayerPane::frameShown, this, [this] {
        snapshot_->setEnabled(true);
        if (!unseen_.isEmpty()) {
            source_->remember(std::exchange(unseen_, {}));
        }
    });
    connect(history_, &HistoryPanel::told, this, &LivePage::told);
    connect(history_, &HistoryPanel::warned, this, &LivePage::warned);
    connect(history_, &HistoryPanel::clearWanted, this, [this](int entries) {
        messageTimer_.stop();
        message_->ask(tr("Clear the history? Its %n caption(s) and pictures cannot be brought back.", nullptr, entries),
                      {{tr("Keep it"), [] {}}, {tr("Clear it"), [this] { history_->clear(); }}});
    });

    connect(source_, &SourceBar::chosen, this, &LivePage::openAddress);
    connect(&player_->bridge(), &SessionBridge::captionReady, this, &LivePage::showCaption);
    connect(&player_->view(), &VideoView::captionClicked, this, &LivePage::showSourceFrame);
    connect(overlay_, &OverlayMenu::changed, this, [this] {
        player_->view().setCaptionStyle(overlay_->captionStyle());
        showBadge();
        keepChoices();
    });
    connect(overlay_->speakAction(), &QAction::triggered, this, &LivePage::setSpeaks);
    connect(quiet_, &QuietSpeech::told, this, &Page::told);
    message_->setObjectName("alertBar");
    connect(alerts_, &AlertCenter::alerted, this, [this](const QString& text) {
        message_->ask(text, {{tr("Close"), [] {}}});
        messageTimer_.start(kMessageTime);
    });
    connect(alerts_, &AlertCenter::failed, this, &LivePage::warned);
    messageTimer_.setSingleShot(true);
    connect(&messageTimer_, &QTimer::timeout, message_, &QWidget::hide);
    connect(recording_, &LiveRecording::switched, this, [this] {
        if (const auto current = player_->session().steady().current()) {
            recording_->addCaption(current->caption);  // stands already when the first picture comes
        }
        applyTap();
    });
    connect(recording_, &LiveRecording::projectWanted, this, &LivePage::projectWanted);
    connect(recording_, &LiveRecording::told, this, &LivePage::told);
    connect(recording_, &LiveRecording::warned, this, &LivePage::warned);
    connect(feedMenu_, &FeedMenu::told, this, &LivePage::told);
    connect(feedMenu_, &FeedMenu::switched, this, &LivePage::switchFeed);
    connect(&badgeTimer_, &QTimer::timeout, this, [this] {
        showBadge();
        showSourceState();
        recording_->refresh();
    });
    badgeTimer_.start(kBadgeInterval);
    restoreChoices();
    showState();
}

LivePage::~LivePage() {
    player_->bridge().disconnect(this);
    recording_->stop();
    feed_->stop();
    applyTap();
}

QAction* LivePage::addAction(const QString& text, const char* name, QStyle::StandardPixmap icon, const QString& help) {
    auto* action = new QAction(style()->standardIcon(icon), text, this);
    action->setObjectName(name);
    action->setToolTip(help);
    return action;
}

void LivePage::createActions() {
    camera_->setObjectName("openCamera");
    camera_->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_K));
    connect(camera_, &QAction::triggered, this, [this] { openAddress(hooks_.firstAddress); });
    stop_ = addAction(tr("S&top"), "stop", QStyle::SP_MediaStop, tr("Watch it no longer; the history stays"));
    stop_->setIcon(mediaIcon(QStyle::SP_MediaStop));
    connect(stop_, &QAction::triggered, this, &LivePage::stop);
    snapshot_ = addAction(tr("S&napshot"), "snapshot", QStyle::SP_DialogSaveButton,
                          tr("Keep this picture as a PNG file that carries its caption"));
    connect(snapshot_, &QAction::triggered, this, &LivePage::takeSnapshot);
    editAlerts_ = addAction(tr("Al&erts…"), "editAlerts", QStyle::SP_MessageBoxInformation,
                            tr("What happens when a caption says certain words"));
    counters_ = addAction(tr("C&ounters"), "counters", QStyle::SP_FileDialogDetailedView,
                          tr("All figures of captioning and of the machine"));
    counters_->setCheckable(true);
    connect(counters_, &QAction::toggled, this, [this](bool on) {
        dock_->setVisible(on);
        keepChoices();
    });
    connect(editAlerts_, &QAction::triggered, this, &LivePage::editAlerts);
}

QWidget* LivePage::createSteadiness() {
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(8, 0, 8, 0);
    box->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    steadiness_->setObjectName("steadiness");
    steadiness_->setAccessibleName(tr("Steadiness of captions"));
    steadiness_->setRange(0, kSteps);
    steadiness_->setFixedWidth(140);
    steadiness_->setToolTip(
        tr("Left: every caption as it comes. Right: a caption stays until the scene is another one."));
    steadiness_->setValue(static_cast<int>(player_->session().steady().steadiness() * kSteps));
    connect(steadiness_, &QSlider::valueChanged, this, [this](int value) {
        player_->session().steady().setSteadiness(static_cast<double>(value) / kSteps);
        keepChoices();
    });
    row->addWidget(new QLabel(tr("Responsive"), box));
    row->addWidget(steadiness_);
    row->addWidget(new QLabel(tr("Steady"), box));
    return box;
}

// Nothing is kept beyond the session where nothing that was opened may be.
QString LivePage::historyFolder() const { return remembersOpened() ? hooks_.historyFolder : QString(); }

void LivePage::enter() {
    player_->loadModel();
    if (!std::exchange(entered_, true)) {
        offerLeftHistory();
    }
}

QString LivePage::recordingFile() const { return recording_->file(); }

void LivePage::offerLeftHistory() {
    const auto left = HistoryStore::leftBehind(historyFolder());
    if (!left || !history_->isEmpty()) {
        return;
    }
    message_->ask(tr("%n caption(s) of an earlier live session, begun %1, were not exported.", nullptr, left->count())
                      .arg(QLocale().toString(left->entry(0).time, QLocale::ShortFormat)),
                  {{tr("Later"), [] {}},
                   {tr("Forget them"), [left] { left->letGo(); }},
                   {tr("Show them"), [this, left] { history_->takeUp(left); }}});
}

void LivePage::restoreChoices() {
    if (!hooks_.settings) {
        return;
    }
    const QSettings& kept = *hooks_.settings;
    CaptionStyle style;
    style.atTop = kept.value("live/top", style.atTop).toBool();
    style.sizePercent = std::clamp(kept.value("live/size", style.sizePercent).toInt(), 50, 300);
    style.boxPercent = std::clamp(kept.value("live/box", style.boxPercent).toInt(), 0, 100);
    style.twoLines = kept.value("live/twoLines", style.twoLines).toBool();
    style.highContrast = kept.value("live/highContrast", style.highContrast).toBool();
    source_->setAddress(kept.value("live/source").toString());
    const int steadiness = kept.value("live/steadiness", steadiness_->value()).toInt();
    const bool counters = kept.value("live/counters", false).toBool();
    overlay_->setCaptionStyle(style, kept.value("live/age", true).toBool(),
                              kept.value("live/confidence", true).toBool());
    steadiness_->setValue(steadiness);
    counters_->setChecked(counters);
    if (kept.value("live/speak", false).toBool()) {
        setSpeaks(true);
    }
}

void LivePage::keepChoices() {
    if (!hooks_.settings) {
        return;
    }
    QSettings& kept = *hooks_.settings;
    const CaptionStyle& style = overlay_->captionStyle();
    kept.setValue("live/top", style.atTop);
    kept.setValue("live/size", style.sizePercent);
    kept.setValue("live/box", style.boxPercent);
    kept.setValue("live/twoLines", style.twoLines);
    kept.setValue("live/highContrast", style.highContrast);
    kept.setValue("live/age", overlay_->showsAge());
    kept.setValue("live/confidence", overlay_->showsConfidence());
    kept.setValue("live/counters", counters_->isChecked());
    kept.setValue("live/steadiness", steadiness_->value());
}

bool LivePage::openAddress(const QString& given) {
    if (given.isEmpty()) {
        return false;
    }
    const QString address = QFileInfo::exists(given) ? QFileInfo(given).absoluteFilePath() : given;
    player_->close();  // a camera can be opened once only, so the present one is given back first
    unseen_.clear();
    address_ = address;
    source_->setAddress(address);
    quiet_->restart();
    auto health = std::make_shared<SourceHealth>();
    auto source = hooks_.open(address, health);
    if (!source) {
        emit shownWanted();
        showFailure(errorText(source.error()));
        return false;
    }
    openSource(std::move(*source));
    source_->watch(health);
    unseen_ = address;
    ownWindow_->watch(address);
    // An address may hold a password, which does not belong into a settings file.
    if (hooks_.settings && remembersOpened() && RememberedSources::mayBeKept(address)) {
        hooks_.settings->setValue("live/source", address);
    }
    return true;
}

void LivePage::openSource(std::unique_ptr<FrameSource> source) {
    source_->watch(nullptr);
    problem_->hide();
    ownWindow_->watch({});
    message_->hide();
    history_->endLast(std::chrono::steady_clock::now());
    history_->followAgain();
    failed_ = false;
    const QString known = source_->nameOf(address_);
    sourceName_ = known.isEmpty() ? QString::fromStdString(source->description().name) : known;
    history_->setTitle(sourceName_);
    lostSince_ = {};
    snapshot_->setEnabled(false);
    feed_->restart();
    speech_->forget();
    player_->open(std::move(source), {});
    showBadge();
    emit documentChanged();
    emit shownWanted();
}

// A source that died says nothing: its last caption goes, here and for other programs.
void LivePage::silence() {
    player_->session().steady().silence();
    player_->view().setCaption({});
    showBadge();
    feed_->silence();
}

void LivePage::stop() {
    recording_->stop();
    failed_ = false;
    player_->close();
    source_->watch(nullptr);
    problem_->hide();
    ownWindow_->watch({});
    history_->endLast(std::chrono::steady_clock::now());
    speech_->forget();
    player_->view().setHint(tr("Stopped. Press Start to watch again."));
    sourceName_.clear();
    showBadge();
    emit documentChanged();
}

bool LivePage::runs() {
    const PlayState state = player_->session().state();
    return state == PlayState::Playing || state == PlayState::Paused;
}

void LivePage::showState() {
    const PlayState state = player_->session().state();
    source_->setPlayState(failed_ ? PlayState::Failed : state, address_);
    stop_->setEnabled(runs());
    if (state == PlayState::Ended) {
        recording_->stop();  // nothing comes that could be recorded
    }
    recording_->setSourceRuns(runs());
    snapshot_->setEnabled(player_->view().frame() != nullptr);
    if (state == PlayState::Failed || state == PlayState::Ended) {
        history_->endLast(std::chrono::steady_clock::now());
    }
    if (state == PlayState::Failed && !failed_) {
        if (const auto error = player_->session().error()) {
            showFailure(errorText(*error));
        }
    }
    showSourceState();
}

void LivePage::showFailure(const QString& message) {
    failed_ = true;
    source_->watch(nullptr);
    source_->setPlayState(PlayState::Failed, address_);
    player_->view().setHint(message);
    player_->view().setNotice(message);
    MessageBar::Answers answers{{tr("Close"), [] {}}};
    if (!address_.isEmpty()) {
        answers.emplace_back(tr("&Retry"), [this, address = address_] { openAddress(address); });
    }
    problem_->ask(message, answers);
}

void LivePage::showSourceState() {
    if (!runs()) {
        return;
    }
    const auto status = source_->status();
    const FramePtr& frame = player_->view().frame();
    if (!status || status->state == SourceState::Live || !frame) {
        lostSince_ = {};
        player_->view().setNotice({});
        return;
    }
    if (!lostSince_.isValid()) {
        lostSince_ = wallClock(frame->captured);
    }
    const QString since = lostSince_.toString(QStringLiteral("hh:mm:ss"));
    const auto left = status->nextAttempt - std::chrono::steady_clock::now();
    player_->view().setNotice(status->state == SourceState::Waiting
                                  ? tr("No pictures since %1. Trying again in %2 s.")
                                        .arg(since)
                                        .arg(std::max(0.0, std::ceil(toSeconds(left))))
                                  : tr("No pictures since %1. Connecting again…").arg(since));
}

void LivePage::resizeEvent(QResizeEvent* event) {
    Page::resizeEvent(event);
    player_->setCountersVisible(!pictureOnly_ && height() >= kRoomForCounters);
}

void LivePage::showCaption() {
    SteadyCaptions& steady = player_->session().steady();
    const auto current = steady.current();
    if (!current) {
        return;
    }
    // Captions may have changed more than once since the last call.
    const auto missed = steady.after(shownChange_);
    shownChange_ = current->number;
    for (const Caption& caption : missed) {
        const bool newest = caption.frameId == current->caption.frameId;
        history_->add({wallClock(caption.captured),
                       caption.captured,
                       {},
                       QString::fromStdString(caption.text),
                       caption.confidence},
                      newest ? upright(*current->frame) : QImage());
        recording_->addCaption(caption);
        feed_->show(caption, sourceName_.toStdString());
        considerAlerts(caption, newest ? current->frame : nullptr);
    }
    const QString text = QString::fromStdString(current->caption.text);
    if (text != player_->view().caption()) {
        player_->view().setCaption(text);
        speech_->say(text);
        QAccessibleEvent announcement(&player_->view(), QAccessible::Alert);
        QAccessible::updateAccessibility(&announcement);
        showBadge();
    }
}

void LivePage::showBadge() {
    const auto current = runs() ? player_->session().steady().current() : std::nullopt;
    QStringList parts;
    if (current && overlay_->showsConfidence()) {
        parts << tr("%1 % sure").arg(numberText(current->caption.confidence * 100.0, 0));
    }
    if (current && overlay_->showsAge()) {
        parts << tr("%1 s ago").arg(numberText(toSeconds(std::chrono::steady_clock::now() - current->confirmed), 2));
    }
    player_->view().setBadge(parts.join(tr("  ·  ")));
    feed_->setOverlay({player_->view().caption(), player_->view().badge(), overlay_->captionStyle()});
}

void LivePage::showSourceFrame() {
    const auto current = player_->session().steady().current();
    if (!current) {
        return;
    }
    const QString words =
        tr("%1\nTaken at %2, described %3 ms later")
            .arg(QString::fromStdString(current->caption.text),
                 wallClock(current->caption.captured).toString(QStringLiteral("hh:mm:ss.zzz")))
            .arg(numberText(toMilliseconds(current->caption.finished - current->caption.captured), 0));
    auto* dialog = new PictureDialog(upright(*current->frame).copy(), words, this);
    dialog->show();
}

void LivePage::considerAlerts(const Caption& caption, const FramePtr& frame) {
    if (!alerts_->consider(caption)) {
        return;
    }
    if (!frame) {  // another caption came before the window had time for this one
        emit told(tr("An alert's picture was gone before it could be kept."));
        return;
    }
    if (const auto name = captures_.newName(".png")) {
        alerts_->addErrand(CaptureFolder::snapshot(frame, QString::fromStdString(caption.text), sourceName_, *name));
    } else {
        emit warned(errorText(name.error()));
    }
}

void LivePage::editAlerts() {
    auto* dialog = new AlertsDialog(
        alerts_->rules(), [this](std::vector<AlertRule> rules) { return alerts_->setRules(std::move(rules)); }, this);
    dialog->open();
}

void LivePage::setSpeaks(bool on) {
    if (!speech_->setEnabled(on)) {
        emit told(tr("This system has no voice. Install speech-dispatcher or espeak-ng."));
    }
    overlay_->speakAction()->setChecked(speech_->isEnabled());
    quiet_->update();
    if (hooks_.settings) {
        hooks_.settings->setValue("live/speak", on);
    }
}

void LivePage::applyTap() {
    std::shared_ptr<LiveFeed> feed = feed_->server() ? feed_ : nullptr;
    const auto& recorder = recording_->recorder();
    if (!recorder && !feed) {
        player_->session().setFrameTap(nullptr);
        return;
    }
    player_->session().setFrameTap(
        std::make_shared<const LiveSession::FrameTap>([recorder, feed = std::move(feed)](const FramePtr& frame) {
            if (recorder) {
                recorder->addFrame(frame);
            }
            if (feed) {
                feed->offer(frame);
            }
        }));
}

void LivePage::switchFeed(bool on) {
    if (on) {
        feed_->offer(player_->view().frame());  // none may come any more from a source that stands
    }
    applyTap();
}

void LivePage::takeSnapshot() {
    const FramePtr frame = player_->view().frame();
    if (!frame) {
        emit told(tr("There is no picture to keep yet."));
        return;
    }
    const auto name = captures_.newName(".png");
    const auto written = name ? CaptureFolder::snapshot(frame, player_->view().caption(), sourceName_, *name)({})
                              : tl::unexpected(name.error());
    if (!written) {
        hooks_.showError(window(), tr("Cannot write"), errorText(written.error()));
        return;
    }
    emit told(tr("Kept as %1").arg(QString::fromStdString(name->string())));
}

void LivePage::setPictureOnly(bool only) {
    pictureOnly_ = only;
    for (QWidget* part : besidePicture_) {
        part->setVisible(!only);
    }
    if (only) {
        player_->view().setFocus();  // what had it is hidden
    }
}

QList<QWidget*> LivePage::panes() const { return {source_, player_, history_, dock_}; }

}  // namespace sightline
