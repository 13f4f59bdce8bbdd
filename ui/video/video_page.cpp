#include "ui/video/video_page.h"

#include <algorithm>

#include <QClipboard>
#include <QDesktopServices>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QProxyStyle>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSlider>
#include <QSplitter>
#include <QStyle>
#include <QTableView>
#include <QToolBar>
#include <QUrl>
#include <QVBoxLayout>

#include "core/subtitles/subtitle_format.h"
#include "ui/clock_text.h"
#include "ui/error_text.h"
#include "ui/message_bar.h"
#include "ui/player/frame_image.h"
#include "ui/player/transport_bar.h"
#include "ui/scrolled.h"
#include "ui/video/cue_inspector.h"
#include "ui/video/cue_panel.h"
#include "ui/video/cue_workspace.h"
#include "ui/video/description_workspace.h"
#include "ui/video/queue_dialog.h"
#include "ui/video/recent_files.h"
#include "ui/video/timeline_view.h"
#include "ui/video/unfinished_queue.h"
#include "ui/window_settings.h"

namespace sightline {
namespace {

// A slider's click leads to where it is made, not a page on.
class ClickGoesThere final : public QProxyStyle {
public:
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                  QStyleHintReturn* data) const override {
        return hint == SH_Slider_AbsoluteSetButtons ? int{Qt::LeftButton}
                                                    : QProxyStyle::styleHint(hint, option, widget, data);
    }
};

constexpr int kPlayerWidth = 760;
constexpr int kCuesWidth = 560;
constexpr int kTableHeight = 400;
constexpr int kInspectorHeight = 150;
constexpr auto kSeek = std::chrono::seconds(5);
constexpr auto kLittleSeek = std::chrono::seconds(1);
constexpr const char* kGreetedKey = "video/greeted";

QString settingOf(const QSplitter* splitter) { return QStringLiteral("video/") + splitter->objectName(); }

int sliderValue(MediaTime time) {
    return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
}

}  // namespace

VideoPage::VideoPage(VideoPageHooks hooks, QWidget* parent)
    : Page(parent), hooks_(std::move(hooks)), player_(new PlayerPane(hooks_.project.showError, this)),
      position_(new QSlider(Qt::Horizontal)), cues_(new CuePanel(this)),
      project_(new ProjectController(hooks_.project, cues_, this)),
      workspace_(
          new CueWorkspace(project_, cues_,
                           {[this] { return position(); }, [this] { return heading(); },
                            [this] { return player_->session().state() == PlayState::Playing; },
                            [this] {
                                const auto& frame = player_->view().frame();
                                return frame ? frame->duration : MediaTime();
                            },
                            [this](MediaTime time) { seek(time); }, [this] { player_->session().setPaused(true); }},
                           this)),
      description_(new DescriptionWorkspace(
          hooks_.description, project_, workspace_, cues_,
          {[this](MediaTime from) {
               seek(from);
               player_->session().setPaused(false);
           },
           [this] { player_->session().setPaused(true); }, [this] { return player_->hasSoundOutput(); }},
          this)),
      recent_(new RecentFiles(this)),
      queue_(new AnnotationQueue(
          hooks_.queue, [this](const QString& video) { return project_->unsavedIn(video); }, this)),
      queueDialog_(new QueueDialog(queue_, hooks_.chooseVideos, this)), columns_(new QSplitter(this)),
      details_(new QSplitter(Qt::Vertical, this)), rows_(new QSplitter(Qt::Vertical, this)),
      copyPicture_(new QAction(tr("Copy picture"), this)), projectMenu_(new QMenu(tr("&Project"), this)),
      editMenu_(new QMenu(tr("&Edit"), this)), reviewMenu_(new QMenu(tr("&Review"), this)),
      playbackMenu_(new QMenu(tr("P&layback"), this)) {
    setObjectName("videoPage");
    player_->view().setHint(tr("Open a video, or drop a video file here."));
    createTransport();
    createActions();
    createSeeking();
    createContextMenus();
    createLayout();

    connect(player_, &PlayerPane::frameShown, this, &VideoPage::showFrame);
    connect(position_, &QSlider::sliderMoved, this, [this](int value) { seek(std::chrono::milliseconds(value)); });
    connect(position_, &QSlider::actionTriggered, this, [this](int action) {
        if (action != QAbstractSlider::SliderMove || !position_->isSliderDown()) {  // a click; drags are told above
            seek(std::chrono::milliseconds(position_->sliderPosition()));
        }
    });
    connect(cues_, &CuePanel::addRequested, this, [this] { project_->addCue(position()); });
    connect(recent_, &RecentFiles::chosen, this, &VideoPage::openVideo);
    connect(queueDialog_, &QueueDialog::openWanted, this, &VideoPage::openVideo);
    connect(queueDialog_, &QueueDialog::folderWanted, this, [this](const QString& folder) {
        emit told(tr("The folder is %1.").arg(folder));  // the desktop may have no program for it and not say so
        if (!QDesktopServices::openUrl(QUrl::fromLocalFile(folder))) {
            emit warned(tr("No program here shows folders. The folder is %1.").arg(folder));
        }
    });
    connect(queue_, &AnnotationQueue::finished, this, &VideoPage::tellQueueIsOver);
    new UnfinishedQueue(queue_, this);
    connect(project_, &ProjectController::changed, this, &VideoPage::showProject);
    connect(project_, &ProjectController::told, this, &Page::told);
    connect(project_, &ProjectController::warned, this, &Page::warned);
    // Queued: another document is shown first, which takes messages about the former one away.
    connect(project_, &ProjectController::inUse, this, &VideoPage::tellWhoHas, Qt::QueuedConnection);
    connect(project_, &ProjectController::interrupted, this, &VideoPage::offerToGoOn);
    connect(workspace_, &CueWorkspace::told, this, &Page::told);
    connect(description_, &DescriptionWorkspace::told, this, &Page::told);
    connect(description_, &DescriptionWorkspace::shownChanged, this, &VideoPage::showPanes);
    showProject();
}

VideoPage::~VideoPage() {
    for (const QSplitter* splitter : {columns_, details_, rows_}) {
        windowSettings()->setValue(settingOf(splitter), splitter->saveState());
    }
}

DescriptionPlanner& VideoPage::description() { return *description_->planner(); }

QMenu* VideoPage::recentMenu() const { return recent_; }

MediaTime VideoPage::position() const {
    const auto& frame = player_->view().frame();
    return frame ? frame->pts : MediaTime::zero();
}

void VideoPage::createLayout() {
    bar_ = new QToolBar(tr("Video"), this);
    auto* bar = bar_;
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    player_->pauseAction()->setShortcut(Qt::Key_Space);
    bar->addActions({open_, player_->pauseAction()});
    bar->addSeparator();
    bar->addActions({annotate_, undo_, redo_, save_, export_, description_->switchAction()});

    details_->setObjectName("detailsSplitter");
    details_->addWidget(cues_);
    details_->addWidget(workspace_->inspector());
    details_->setStretchFactor(0, 1);
    details_->setSizes({kTableHeight, kInspectorHeight});
    columns_->setObjectName("columnsSplitter");
    columns_->addWidget(player_);
    columns_->addWidget(details_);
    columns_->setStretchFactor(0, 1);
    columns_->setStretchFactor(1, 1);
    columns_->setSizes({kPlayerWidth, kCuesWidth});
    rows_->setObjectName("rowsSplitter");
    rows_->addWidget(columns_);
    rows_->addWidget(workspace_->timeline());
    rows_->setStretchFactor(0, 1);
    for (QSplitter* splitter : {columns_, details_, rows_}) {
        splitter->setChildrenCollapsible(false);
        splitter->restoreState(windowSettings()->value(settingOf(splitter)).toByteArray());
    }
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(bar);
    column->addWidget(workspace_->messages());
    column->addWidget(description_->panel());
    column->addWidget(scrolled(rows_), 1);
    workspace_->inspector()->tabBetween(cues_->table(), workspace_->timeline());
    showPanes();
}

QList<QWidget*> VideoPage::panes() const {
    return {bar_,  workspace_->messages(),  description_->panel(), player_,
            cues_, workspace_->inspector(), workspace_->timeline()};
}

void VideoPage::showPanes() {
    bar_->setVisible(!pictureOnly_);
    player_->setCountersVisible(!pictureOnly_);
    description_->panel()->setVisible(hasFile_ && !pictureOnly_ && description_->planner()->isOn());
    details_->setVisible(hasFile_ && !pictureOnly_);
    workspace_->timeline()->setVisible(hasFile_ && !pictureOnly_);
}

void VideoPage::setPictureOnly(bool only) {
    pictureOnly_ = only;
    showPanes();
    if (only) {
        player_->view().setFocus();  // what had it may be hidden
    } else if (hasFile_) {
        cues_->table()->setFocus();
    }
}

// In the picture, the table and the timeline alike; elsewhere these keys are the widget's own (ButtonKeys).
void VideoPage::createSeeking() {
    const auto add = [this](const QString& text, const char* name, const QKeySequence& key,
                            const std::function<void()>& call) {
        auto* action = addAction({}, text, name, key);
        playbackMenu_->addAction(action);
        QWidget::addAction(action);
        connect(action, &QAction::triggered, this, call);
    };
    playbackMenu_->addSeparator();
    add(tr("Seek 5 seconds back"), "seekBack", QKeySequence(Qt::Key_Left), [this] { seekBy(-kSeek); });
    add(tr("Seek 5 seconds forward"), "seekForward", QKeySequence(Qt::Key_Right), [this] { seekBy(kSeek); });
    add(tr("Seek a second back"), "seekLittleBack", QKeySequence(Qt::SHIFT | Qt::Key_Left),
        [this] { seekBy(-kLittleSeek); });
    add(tr("Seek a second forward"), "seekLittleForward", QKeySequence(Qt::SHIFT | Qt::Key_Right),
        [this] { seekBy(kLittleSeek); });
    add(tr("Go to the start"), "goToStart", QKeySequence(Qt::Key_Home), [this] { seek(MediaTime::zero()); });
    add(tr("Go to the end"), "goToEnd", QKeySequence(Qt::Key_End), [this] {
        if (const auto description = player_->session().description()) {
            seek(description->duration);
        }
    });
}

void VideoPage::createContextMenus() {
    VideoView& view = player_->view();
    view.setFocusPolicy(Qt::StrongFocus);
    copyPicture_->setObjectName("copyPicture");
    connect(copyPicture_, &QAction::triggered, this, [this] {
        if (const auto& frame = player_->view().frame()) {
            QGuiApplication::clipboard()->setImage(upright(*frame).copy());
        }
    });
    view.setContextMenuPolicy(Qt::ActionsContextMenu);
    view.addAction(player_->pauseAction());
    view.addActions(transport_->menuActions());
    view.addAction(copyPicture_);
    workspace_->addContextActions();
}

void VideoPage::createTransport() {
    position_->setObjectName("position");
    auto* style = new ClickGoesThere;
    style->setParent(position_);
    position_->setStyle(style);
    position_->setAccessibleName(tr("Position"));
    position_->setEnabled(false);
    auto* transport = new QWidget(this);
    auto* row = new QHBoxLayout(transport);
    row->setContentsMargins(8, 4, 8, 0);
    row->addWidget(position_, 1);
    player_->insertBelowView(transport);
    transport_ = new TransportBar(
        *player_, [this] { return cueRange(); }, this);
    player_->insertBelowView(transport_);
}

QAction* VideoPage::addAction(const QIcon& icon, const QString& text, const char* name, const QKeySequence& key) {
    auto* action = new QAction(icon, text, this);
    action->setObjectName(name);
    action->setShortcut(key);
    return action;
}

void VideoPage::createActions() {
    const auto icon = [this](QStyle::StandardPixmap name) { return style()->standardIcon(name); };
    open_ = addAction(icon(QStyle::SP_DialogOpenButton), tr("&Open…"), "openVideo", QKeySequence::Open);
    annotate_ = addAction(icon(QStyle::SP_FileDialogDetailedView), tr("&Annotate"), "annotate",
                          QKeySequence(Qt::CTRL | Qt::Key_R));
    annotate_->setToolTip(tr("Caption the whole video in the background; what you edited stays (%1)")
                              .arg(annotate_->shortcut().toString(QKeySequence::NativeText)));
    save_ = addAction(icon(QStyle::SP_DialogSaveButton), tr("&Save project"), "saveProject", QKeySequence::Save);
    saveAs_ = addAction({}, tr("Sa&ve project as…"), "saveProjectAs", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S));
    export_ = addAction({}, tr("&Export captions…"), "exportCaptions", QKeySequence(Qt::CTRL | Qt::Key_E));
    undo_ = addAction(icon(QStyle::SP_ArrowBack), tr("&Undo"), "undo", QKeySequence::Undo);
    redo_ = addAction(icon(QStyle::SP_ArrowForward), tr("&Redo"), "redo", QKeySequence::Redo);
    auto* import = addAction({}, tr("&Import captions as second track…"), "importCaptions", {});
    auto* files =
        addAction({}, tr("Annotate &files…"), "annotateFiles", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_A));
    files->setToolTip(tr("Caption several videos one after the other, into projects beside them"));
    projectMenu_->addActions({annotate_, files, save_, saveAs_, import, export_, description_->exportAction()});
    connect(files, &QAction::triggered, this, [this] {
        if (queue_->entries().empty()) {
            annotateFiles(hooks_.chooseVideos(window()));
        } else {
            queueDialog_->show();
            queueDialog_->raise();
        }
    });
    editMenu_->addActions({undo_, redo_});
    editMenu_->addSeparator();
    workspace_->fillEditMenu(editMenu_);
    workspace_->fillReviewMenu(reviewMenu_);
    description_->fillReviewMenu(reviewMenu_);
    connect(import, &QAction::triggered, this, [this] {
        if (const QString path = hooks_.chooseSubtitles(window()); !path.isEmpty()) {
            workspace_->importSubtitles(path);
        }
    });
    playbackMenu_->addActions({player_->pauseAction()});
    playbackMenu_->addActions(transport_->menuActions());
    playbackMenu_->addAction(cues_->followAction());
    playbackMenu_->addSeparator();
    workspace_->fillJumpMenu(playbackMenu_);
    connect(open_, &QAction::triggered, this, [this] {
        if (const QString path = hooks_.chooseVideo(window()); !path.isEmpty()) {
            openVideo(path);
        }
    });
    connect(annotate_, &QAction::triggered, this, [this] {
        if (workspace_->messages()->text() == interrupted_) {
            workspace_->messages()->hide();  // that is what it offered
        }
        if (!windowSettings()->contains(kGreetedKey)) {
            windowSettings()->setValue(kGreetedKey, true);  // the second step is done; Help has them all
            workspace_->messages()->hide();
        }
        project_->annotate();
    });
    connect(save_, &QAction::triggered, project_, &ProjectController::save);
    connect(saveAs_, &QAction::triggered, project_, &ProjectController::saveAs);
    connect(export_, &QAction::triggered, project_, &ProjectController::exportCaptions);
    connect(undo_, &QAction::triggered, this, [this] { project_->document()->undoStack().undo(); });
    connect(redo_, &QAction::triggered, this, [this] { project_->document()->undoStack().redo(); });
}

void VideoPage::enter() {
    player_->loadModel();
    if (std::exchange(entered_, true)) {
        return;
    }
    if (const QStringList left = UnfinishedQueue::take(); !left.isEmpty()) {
        workspace_->messages()->ask(
            tr("Captioning ended with %n video(s) still to do.", nullptr, static_cast<int>(left.size())),
            {{tr("Leave them"), [] {}}, {tr("Go on with them"), [this, left] { annotateFiles(left); }}});
    } else if (!windowSettings()->contains(kGreetedKey)) {
        showFirstSteps();
    }
}

void VideoPage::tellQueueIsOver() {
    emit told(tr("All files have been gone through."));
    const auto failed =
        std::ranges::count(queue_->entries(), AnnotationQueue::State::Failed, &AnnotationQueue::Entry::state);
    if (failed > 0 && !queueDialog_->isVisible()) {
        workspace_->messages()->ask(tr("%n video(s) could not be captioned.", nullptr, static_cast<int>(failed)),
                                    {{tr("Close"), [] {}}, {tr("Show why"), [this] { queueDialog_->show(); }}});
    }
}

void VideoPage::showFirstSteps() {
    const auto keys = [](const QAction* action) { return action->shortcut().toString(QKeySequence::NativeText); };
    const auto keysOf = [&](const char* name) { return keys(findChild<QAction*>(QLatin1String(name))); };
    workspace_->messages()->ask(
        tr("First steps: open a video (%1), let the model caption it (%2), go through what it was least sure of (%3: "
           "next, %4: accept, %5: edit, %6: other captions), export (%7).")
            .arg(keys(open_), keys(annotate_), keysOf("reviewNext"), keysOf("reviewAccept"), keysOf("reviewEdit"),
                 keysOf("askModel"), keys(export_)),
        {{tr("Got it"), [] { windowSettings()->setValue(kGreetedKey, true); }}});
}

void VideoPage::leave() {
    if (player_->session().state() == PlayState::Playing) {
        player_->session().setPaused(true);  // nobody looks
    }
}

void VideoPage::annotateFiles(const QStringList& videos) {
    if (!videos.isEmpty()) {
        queueDialog_->show();
        queue_->add(videos);
    }
}

void VideoPage::setCurrentCue(int row) { cues_->setCurrentRow(row); }

MediaTime VideoPage::heading() const {
    const auto& frame = player_->view().frame();
    return sought_ && (!frame || frame->generation < soughtGeneration_) ? *sought_ : position();
}

void VideoPage::seekBy(MediaTime span) {
    if (player_->view().frame()) {
        seek(std::max(MediaTime::zero(), heading() + span));
    }
}

void VideoPage::seek(MediaTime time) {
    player_->session().seek(time);
    sought_ = time;
    soughtGeneration_ = player_->session().generation();
}

std::optional<TimeRange> VideoPage::cueRange() const {
    const auto& frame = player_->view().frame();
    if (!usesCues() || !frame) {
        return std::nullopt;
    }
    const int index = project_->document()->cueAt(frame->pts);
    if (index < 0) {
        return std::nullopt;
    }
    const Cue& cue = project_->document()->cues()[static_cast<std::size_t>(index)];
    return TimeRange{cue.start, cue.end};
}

bool VideoPage::usesCues() const { return project_->document() && !project_->document()->cues().empty(); }

void VideoPage::tellWhoHas(const QString& project, const QString&) {
    const auto holder = hooks_.holderOf ? hooks_.holderOf(project) : std::nullopt;
    MessageBar::Answers answers;
    QString text = tr("The captions of this video are open in another program.");
    if (holder) {
        text = tr("The captions of this video are open in another window: “%1”, since %2.")
                   .arg(holder->title, locale().toString(holder->since, QLocale::ShortFormat));
        answers.emplace_back(tr("Bring it to front"), [this, holder] { hooks_.bringToFront(*holder); });
    }
    answers.emplace_back(tr("Open read-only"), [this, project] { openReadOnly(project); });
    answers.emplace_back(tr("Close"), [] {});
    workspace_->messages()->ask(text, answers);
}

void VideoPage::openReadOnly(const QString& project) {
    const QString video = project_->openReadOnly(project);
    if (video.isEmpty() || project_->videoPath() == video.toStdString()) {
        return;
    }
    auto source = hooks_.project.openVideo(video);
    if (source) {
        openSource(std::move(*source), video);
    } else {
        hooks_.project.showError(window(), tr("Cannot open"), errorText(source.error()));
    }
}

QString VideoPage::documentName() const {
    return project_->isReadOnly() ? tr("%1 (read-only)").arg(sourceName_) : sourceName_;
}

bool VideoPage::documentModified() const {
    return project_->document() && project_->document()->modified() && !project_->isReadOnly();
}

void VideoPage::offerToGoOn() {
    MediaTime until{};
    for (const Cue& cue : project_->document()->cues()) {
        until = cue.origin == CueOrigin::Model ? std::max(until, cue.end) : until;
    }
    const auto description = player_->session().description();
    const auto seconds = [](MediaTime time) { return clockText(std::chrono::floor<std::chrono::seconds>(time)); };
    interrupted_ = tr("Annotating was interrupted at %1 of %2; what it found is kept.")
                       .arg(seconds(until), seconds(description ? description->duration : until));
    workspace_->messages()->ask(interrupted_,
                                {{tr("Leave it"), [] {}}, {tr("Go on from there"), [this] { project_->annotate(); }}});
}

OpenWork VideoPage::openWork() const {
    OpenWork work;
    const ProjectDocument* document = project_->document();
    if (hasFile_ && !project_->isReadOnly()) {
        work.file = file_;
        work.project = document ? QString::fromStdString(document->path().string()) : QString();
        work.position = position();
        work.unsaved = document && document->modified();
        work.since = since_;
    }
    return work;
}

void VideoPage::reopen(const OpenWork& work) {
    if (openVideo(work.file)) {
        player_->session().setPaused(true);
        seek(work.position);
        workspace_->choose(work.position);
    }
}

void VideoPage::showProject() {
    ProjectDocument* document = project_->document();
    annotate_->setEnabled(project_->canAnnotate());
    save_->setEnabled(document && !project_->isReadOnly() && (document->modified() || project_->isUnsaved()));
    saveAs_->setEnabled(document && !project_->isReadOnly());
    export_->setEnabled(usesCues());
    undo_->setEnabled(document && document->undoStack().canUndo());
    redo_->setEnabled(document && document->undoStack().canRedo());
    undo_->setToolTip(document ? tr("Undo %1").arg(document->undoStack().undoText()) : undo_->text());
    redo_->setToolTip(document ? tr("Redo %1").arg(document->undoStack().redoText()) : redo_->text());
    player_->setShowsLiveCaptions(!usesCues());
    if (usesCues() && player_->view().frame()) {
        player_->view().setCaption(project_->captionAt(player_->view().frame()->pts));
    }
    emit documentChanged();
}

bool VideoPage::openVideo(const QString& given) {
    const QString path = QFileInfo(given).absoluteFilePath();  // which it is wherever the next start is made
    const bool isProject = path.endsWith(QLatin1String(kProjectExtension));
    const QString video = isProject ? project_->openProject(path) : path;
    if (video.isEmpty()) {
        return false;
    }
    auto source = hooks_.project.openVideo(video);
    if (!source) {
        const bool holdsCaptions = findSubtitleFormat(QFileInfo(video).suffix().toStdString()) != nullptr;
        hooks_.project.showError(window(), tr("Cannot open"),
                                 holdsCaptions ? tr("%1 holds captions and no pictures. Open its video first, then "
                                                    "choose Import captions in the menu Project.")
                                                     .arg(video)
                                               : errorText(source.error()));
        return false;
    }
    openSource(std::move(*source), video);
    file_ = path;
    recent_->add(path);
    return true;
}

void VideoPage::openSource(std::unique_ptr<FrameSource> source, const QString& given) {
    const QString path = given.isEmpty() ? given : QFileInfo(given).absoluteFilePath();
    const StreamDescription description = source->description();
    sourceName_ = QString::fromStdString(description.name);
    const bool seekable = !description.live && description.duration > MediaTime::zero();
    position_->setEnabled(seekable);
    position_->setRange(0, seekable ? sliderValue(description.duration) : 0);
    position_->setSingleStep(1000);
    position_->setPageStep(10000);
    project_->setVideo(path, description.duration);
    transport_->reset();
    AudioOpener audio;
    if (!path.isEmpty()) {
        audio = description_->openerFor(path.toStdString());
    }
    sought_.reset();
    workspace_->videoChanged(description);
    description_->videoChanged(description.duration);
    hasFile_ = !path.isEmpty();
    file_ = path;
    since_ = QDateTime::currentDateTime();
    showPanes();
    player_->open(std::move(source), {.loop = loop_}, std::move(audio));
    emit shownWanted();
    if (project_->isInterrupted() && workspace_->messages()->text().isEmpty()) {
        offerToGoOn();
    }
    if (!pictureOnly_) {
        cues_->table()->setFocus();  // from here on keys are for cues
    }
}

void VideoPage::closeDocument() {
    if (sourceName_.isEmpty()) {
        return;
    }
    if (documentModified()) {
        emit told(tr("The edits that are not saved are kept: they are there when the video is opened again."));
    }
    player_->close();
    player_->view().setHint(tr("Open a video, or drop a video file here."));
    project_->setVideo({}, {});
    workspace_->videoChanged({});
    description_->videoChanged({});
    transport_->reset();
    position_->setEnabled(false);
    position_->setValue(0);
    details_->hide();
    workspace_->timeline()->hide();
    sourceName_.clear();
    file_.clear();
    hasFile_ = false;
    showProject();
}

void VideoPage::showFrame() {
    const MediaTime pts = player_->view().frame()->pts;
    if (position_->isEnabled() && !position_->isSliderDown()) {
        const QSignalBlocker blocker(position_);
        position_->setValue(sliderValue(pts));
    }
    if (usesCues()) {
        player_->view().setCaption(project_->captionAt(pts));
    }
    const bool playing = player_->session().state() == PlayState::Playing;
    workspace_->showPlayhead(pts, playing);
    description_->showPlayhead(pts, playing);
}

}  // namespace sightline
