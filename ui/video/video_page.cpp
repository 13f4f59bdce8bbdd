#include "ui/video/video_page.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QSplitter>
#include <QStyle>
#include <QToolBar>
#include <QVBoxLayout>

#include "core/media/audio_reader.h"
#include "ui/clock_text.h"
#include "ui/player/transport_bar.h"
#include "ui/video/cue_panel.h"

namespace sightline {
namespace {

constexpr int kPlayerWidth = 760;
constexpr int kCuesWidth = 560;

QString wholeSeconds(MediaTime time) { return clockText(std::chrono::duration_cast<std::chrono::seconds>(time)); }

int sliderValue(MediaTime time) {
    return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
}

}  // namespace

VideoPage::VideoPage(VideoPageHooks hooks, QWidget* parent)
    : Page(parent), hooks_(std::move(hooks)), player_(new PlayerPane(hooks_.project.showError, this)),
      position_(new QSlider(Qt::Horizontal)), time_(new QLabel), cues_(new CuePanel(this)),
      project_(new ProjectController(hooks_.project, cues_, this)), projectMenu_(new QMenu(tr("&Project"), this)),
      editMenu_(new QMenu(tr("&Edit"), this)), playbackMenu_(new QMenu(tr("P&layback"), this)) {
    setObjectName("videoPage");
    player_->view().setHint(tr("Open a video, or drop a video file here."));
    createTransport();
    auto* bar = new QToolBar(tr("Video"), this);
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    createActions();
    bar->addActions({open_, player_->pauseAction()});
    bar->addSeparator();
    bar->addActions({annotate_, undo_, redo_, save_, export_});

    auto* splitter = new QSplitter(this);
    splitter->addWidget(player_);
    splitter->addWidget(cues_);
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({kPlayerWidth, kCuesWidth});
    splitter->setChildrenCollapsible(false);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(bar);
    column->addWidget(splitter, 1);
    cues_->hide();

    connect(player_, &PlayerPane::frameShown, this, &VideoPage::showFrame);
    connect(position_, &QSlider::sliderMoved, this, [this](int value) { seek(std::chrono::milliseconds(value)); });
    connect(position_, &QSlider::actionTriggered, this, [this](int action) {
        if (action != QAbstractSlider::SliderMove) {
            seek(std::chrono::milliseconds(position_->sliderPosition()));
        }
    });
    connect(cues_, &CuePanel::seekRequested, this, &VideoPage::seek);
    connect(cues_, &CuePanel::addRequested, this, [this] {
        const auto& frame = player_->view().frame();
        project_->addCue(frame ? frame->pts : MediaTime::zero());
    });
    connect(project_, &ProjectController::changed, this, &VideoPage::showProject);
    connect(project_, &ProjectController::told, this, &Page::told);
    showProject();
}

void VideoPage::createTransport() {
    position_->setObjectName("position");
    position_->setAccessibleName(tr("Position"));
    position_->setEnabled(false);
    time_->setObjectName("time");
    auto* transport = new QWidget(this);
    auto* row = new QHBoxLayout(transport);
    row->setContentsMargins(8, 4, 8, 0);
    row->addWidget(position_, 1);
    row->addWidget(time_);
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
    saveAs_ = addAction({}, tr("Save project &as…"), "saveProjectAs", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S));
    export_ = addAction({}, tr("&Export captions…"), "exportCaptions", QKeySequence(Qt::CTRL | Qt::Key_E));
    undo_ = addAction(icon(QStyle::SP_ArrowBack), tr("&Undo"), "undo", QKeySequence::Undo);
    redo_ = addAction(icon(QStyle::SP_ArrowForward), tr("&Redo"), "redo", QKeySequence::Redo);
    projectMenu_->addActions({annotate_, save_, saveAs_, export_});
    editMenu_->addActions({undo_, redo_});
    playbackMenu_->addActions({player_->pauseAction()});
    playbackMenu_->addActions(transport_->menuActions());
    connect(open_, &QAction::triggered, this, [this] {
        if (const QString path = hooks_.chooseVideo(window()); !path.isEmpty()) {
            openVideo(path);
        }
    });
    connect(annotate_, &QAction::triggered, project_, &ProjectController::annotate);
    connect(save_, &QAction::triggered, project_, &ProjectController::save);
    connect(saveAs_, &QAction::triggered, project_, &ProjectController::saveAs);
    connect(export_, &QAction::triggered, project_, &ProjectController::exportCaptions);
    connect(undo_, &QAction::triggered, this, [this] { project_->document()->undoStack().undo(); });
    connect(redo_, &QAction::triggered, this, [this] { project_->document()->undoStack().redo(); });
}

void VideoPage::leave() {
    if (player_->session().state() == PlayState::Playing) {
        player_->session().setPaused(true);  // nobody looks
    }
}

void VideoPage::seek(MediaTime time) { player_->session().seek(time); }

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

void VideoPage::showProject() {
    ProjectDocument* document = project_->document();
    annotate_->setEnabled(project_->canAnnotate());
    save_->setEnabled(document && (document->modified() || project_->isUnsaved()));
    saveAs_->setEnabled(document != nullptr);
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

bool VideoPage::openVideo(const QString& path) {
    const bool isProject = path.endsWith(QLatin1String(kProjectExtension));
    const QString video = isProject ? project_->openProject(path) : path;
    if (video.isEmpty()) {
        return false;
    }
    auto source = hooks_.project.openVideo(video);
    if (!source) {
        hooks_.project.showError(window(), tr("Cannot open"), QString::fromStdString(source.error().message));
        return false;
    }
    openSource(std::move(*source), video);
    return true;
}

void VideoPage::openSource(std::unique_ptr<FrameSource> source, const QString& path) {
    const StreamDescription description = source->description();
    sourceName_ = QString::fromStdString(description.name);
    const bool seekable = !description.live && description.duration > MediaTime::zero();
    position_->setEnabled(seekable);
    position_->setRange(0, seekable ? sliderValue(description.duration) : 0);
    position_->setSingleStep(1000);
    position_->setPageStep(10000);
    project_->setVideo(path, description.duration);
    cues_->setVisible(!path.isEmpty());
    transport_->reset();
    AudioOpener audio;
    if (!path.isEmpty()) {
        audio = [file = path.toStdString()] { return openAudio(file); };
    }
    player_->open(std::move(source), {.loop = loop_}, std::move(audio));
    emit shownWanted();
}

void VideoPage::showFrame() {
    const MediaTime pts = player_->view().frame()->pts;
    if (position_->isEnabled() && !position_->isSliderDown()) {
        const QSignalBlocker blocker(position_);
        position_->setValue(sliderValue(pts));
    }
    const auto description = player_->session().description();
    const MediaTime duration = description ? description->duration : MediaTime::zero();
    time_->setText(duration > MediaTime::zero() ? tr("%1 / %2").arg(wholeSeconds(pts), wholeSeconds(duration))
                                                : wholeSeconds(pts));
    if (usesCues()) {
        player_->view().setCaption(project_->captionAt(pts));
        cues_->showCurrent(project_->document()->cueAt(pts));
    }
}

}  // namespace sightline
