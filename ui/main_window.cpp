#include "ui/main_window.h"

#include <QAction>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QSignalBlocker>
#include <QSlider>
#include <QSplitter>
#include <QStandardPaths>
#include <QStatusBar>
#include <QStyle>
#include <QToolBar>
#include <QVBoxLayout>

#include "core/media/ffmpeg_file_source.h"
#include "ui/counters_panel.h"
#include "ui/cue_panel.h"
#include "ui/video_view.h"

namespace sightline {
namespace {

constexpr int kPlayerWidth = 760;
constexpr int kCuesWidth = 560;
constexpr int kMessageTime = 8000;                                 // milliseconds in the status bar
constexpr auto kRefreshInterval = std::chrono::milliseconds(250);  // of the counters; faster is not readable

QString clockText(MediaTime time) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time).count();
    return QStringLiteral("%1:%2").arg(seconds / 60).arg(seconds % 60, 2, 10, QLatin1Char('0'));
}

int sliderValue(MediaTime time) {
    return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
}

}  // namespace

MainWindowHooks MainWindowHooks::standard() {
    MainWindowHooks hooks;
    hooks.chooseVideo = [](QWidget* parent) {
        return QFileDialog::getOpenFileName(
            parent, MainWindow::tr("Open video or project"), {},
            MainWindow::tr("Videos and projects (*.mp4 *.mkv *.mov *.webm *.avi *.m4v *.mpg *.ts *.ogv *.sightline);;"
                           "All files (*)"));
    };
    hooks.project.showError = [](QWidget* parent, const QString& title, const QString& text) {
        QMessageBox::critical(parent, title, text);
    };
    hooks.project.chooseSave = [](QWidget* parent, const QString& title, const QString& suggestion,
                                  const QString& filters, QString& filter) {
        return QFileDialog::getSaveFileName(parent, title, suggestion, filters, &filter);
    };
    hooks.project.openVideo = [](const QString& path) { return sightline::openVideoFile(path.toStdString()); };
    hooks.project.unsavedFolder =
        QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation).toStdString() + "/unsaved";
    hooks.openCamera = [] { return sightline::openCamera(CameraOptions{}); };
    return hooks;
}

MainWindow::MainWindow(MainWindowHooks hooks, QWidget* parent)
    : QMainWindow(parent), hooks_(std::move(hooks)), modelState_(tr("Loading the model…")), view_(new VideoView(this)),
      counters_(new CountersPanel(this)), position_(new QSlider(Qt::Horizontal, this)), time_(new QLabel(this)),
      model_(new QLabel(this)), cues_(new CuePanel(this)),
      project_(new ProjectController(hooks_.project, cues_, this)) {
    setWindowTitle(tr("Sightline"));
    setMinimumSize(1024, 640);
    resize(kPlayerWidth + kCuesWidth, 760);
    setAcceptDrops(true);
    view_->setHint(tr("Open a video or a camera, or drop a video file here."));

    position_->setObjectName("position");
    position_->setAccessibleName(tr("Position"));
    position_->setEnabled(false);
    time_->setObjectName("time");
    model_->setObjectName("model");

    auto* player = new QWidget(this);
    auto* column = new QVBoxLayout(player);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(view_, 1);
    auto* transport = new QHBoxLayout;
    transport->setContentsMargins(8, 4, 8, 0);
    transport->addWidget(position_, 1);
    transport->addWidget(time_);
    column->addLayout(transport);
    column->addWidget(counters_);
    auto* splitter = new QSplitter(this);
    splitter->addWidget(player);
    splitter->addWidget(cues_);
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({kPlayerWidth, kCuesWidth});
    splitter->setChildrenCollapsible(false);
    setCentralWidget(splitter);
    statusBar()->addWidget(model_);
    createActions();
    cues_->hide();

    connect(&bridge_, &SessionBridge::frameReady, this, &MainWindow::showFrame);
    connect(&bridge_, &SessionBridge::captionReady, this, &MainWindow::showCaption);
    connect(&bridge_, &SessionBridge::stateChanged, this, &MainWindow::showState);
    connect(&bridge_, &SessionBridge::modelReady, this, [this] {
        modelState_ = tr("Model ready");
        model_->setText(modelState_);
    });
    connect(&bridge_, &SessionBridge::modelFailed, this, [this](const QString& message) {
        modelState_ = tr("No model: the video is shown without captions");
        model_->setText(modelState_);
        hooks_.project.showError(this, tr("Cannot load the model"), message);
    });
    connect(position_, &QSlider::sliderMoved, this, [this](int value) { seek(std::chrono::milliseconds(value)); });
    connect(position_, &QSlider::actionTriggered, this, [this](int action) {
        if (action != QAbstractSlider::SliderMove) {
            seek(std::chrono::milliseconds(position_->sliderPosition()));
        }
    });
    connect(cues_, &CuePanel::seekRequested, this, &MainWindow::seek);
    connect(cues_, &CuePanel::addRequested, this,
            [this] { project_->addCue(view_->frame() ? view_->frame()->pts : MediaTime::zero()); });
    connect(project_, &ProjectController::changed, this, &MainWindow::showProject);
    connect(project_, &ProjectController::told, this,
            [this](const QString& message) { statusBar()->showMessage(message, kMessageTime); });
    connect(&refresh_, &QTimer::timeout, this, &MainWindow::showCounters);
    refresh_.start(kRefreshInterval);
    model_->setText(modelState_);
    showState();
}

QAction* MainWindow::createAction(const QIcon& icon, const QString& text, const char* name, const QKeySequence& key) {
    auto* action = new QAction(icon, text, this);
    action->setObjectName(name);
    action->setShortcut(key);
    return action;
}

void MainWindow::createActions() {
    auto* file = menuBar()->addMenu(tr("&File"));
    auto* bar = addToolBar(tr("Main"));
    bar->setObjectName("mainToolBar");
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    const auto icon = [this](QStyle::StandardPixmap name) { return style()->standardIcon(name); };
    auto* openFile = createAction(icon(QStyle::SP_DialogOpenButton), tr("&Open…"), "openVideo", QKeySequence::Open);
    auto* camera =
        createAction(icon(QStyle::SP_ComputerIcon), tr("&Camera"), "openCamera", QKeySequence(Qt::CTRL | Qt::Key_K));
    pause_ = createAction(icon(QStyle::SP_MediaPause), tr("&Pause"), "pause", QKeySequence(Qt::Key_Space));
    for (QAction* action : {openFile, camera, pause_}) {
        file->addAction(action);
        bar->addAction(action);
    }
    connect(openFile, &QAction::triggered, this, [this] {
        if (const QString path = hooks_.chooseVideo(this); !path.isEmpty()) {
            openVideo(path);
        }
    });
    connect(camera, &QAction::triggered, this, [this] { openCamera(); });
    connect(pause_, &QAction::triggered, this, [this] {
        auto& session = bridge_.session();
        session.setPaused(session.state() == PlayState::Playing);
    });
    createProjectActions(file, bar);
    file->addSeparator();
    auto* quit = file->addAction(tr("&Quit"));
    quit->setShortcut(QKeySequence::Quit);
    connect(quit, &QAction::triggered, this, &QWidget::close);
}

void MainWindow::createProjectActions(QMenu* file, QToolBar* bar) {
    const auto icon = [this](QStyle::StandardPixmap name) { return style()->standardIcon(name); };
    annotate_ = createAction(icon(QStyle::SP_FileDialogDetailedView), tr("&Annotate"), "annotate",
                             QKeySequence(Qt::CTRL | Qt::Key_R));
    annotate_->setToolTip(tr("Caption the whole video in the background; what you edited stays (%1)")
                              .arg(annotate_->shortcut().toString(QKeySequence::NativeText)));
    save_ = createAction(icon(QStyle::SP_DialogSaveButton), tr("&Save project"), "saveProject", QKeySequence::Save);
    saveAs_ =
        createAction({}, tr("Save project &as…"), "saveProjectAs", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S));
    export_ = createAction({}, tr("&Export captions…"), "exportCaptions", QKeySequence(Qt::CTRL | Qt::Key_E));
    undo_ = createAction(icon(QStyle::SP_ArrowBack), tr("&Undo"), "undo", QKeySequence::Undo);
    redo_ = createAction(icon(QStyle::SP_ArrowForward), tr("&Redo"), "redo", QKeySequence::Redo);
    file->addSeparator();
    file->addActions({annotate_, save_, saveAs_, export_});
    bar->addSeparator();
    bar->addActions({annotate_, undo_, redo_, save_, export_});
    auto* edit = menuBar()->addMenu(tr("&Edit"));
    edit->addActions({undo_, redo_});
    connect(annotate_, &QAction::triggered, project_, &ProjectController::annotate);
    connect(save_, &QAction::triggered, project_, &ProjectController::save);
    connect(saveAs_, &QAction::triggered, project_, &ProjectController::saveAs);
    connect(export_, &QAction::triggered, project_, &ProjectController::exportCaptions);
    connect(undo_, &QAction::triggered, this, [this] { project_->document()->undoStack().undo(); });
    connect(redo_, &QAction::triggered, this, [this] { project_->document()->undoStack().redo(); });
    showProject();
}

void MainWindow::seek(MediaTime time) { bridge_.session().seek(time); }

bool MainWindow::usesCues() const { return project_->document() && !project_->document()->cues().empty(); }

void MainWindow::showProject() {
    ProjectDocument* document = project_->document();
    annotate_->setEnabled(project_->canAnnotate());
    save_->setEnabled(document && (document->modified() || project_->isUnsaved()));
    saveAs_->setEnabled(document != nullptr);
    export_->setEnabled(usesCues());
    undo_->setEnabled(document && document->undoStack().canUndo());
    redo_->setEnabled(document && document->undoStack().canRedo());
    undo_->setToolTip(document ? tr("Undo %1").arg(document->undoStack().undoText()) : undo_->text());
    redo_->setToolTip(document ? tr("Redo %1").arg(document->undoStack().redoText()) : redo_->text());
    setWindowTitle(sourceName_.isEmpty() ? tr("Sightline") : tr("%1[*] – Sightline").arg(sourceName_));
    setWindowModified(document && document->modified());
    if (usesCues() && view_->frame()) {
        view_->setCaption(project_->captionAt(view_->frame()->pts));
    }
}

bool MainWindow::openVideo(const QString& path) {
    const bool isProject = path.endsWith(QLatin1String(kProjectExtension));
    const QString video = isProject ? project_->openProject(path) : path;
    if (video.isEmpty()) {
        return false;
    }
    auto source = hooks_.project.openVideo(video);
    if (!source) {
        hooks_.project.showError(this, tr("Cannot open"), QString::fromStdString(source.error().message));
        return false;
    }
    openSource(std::move(*source), video);
    return true;
}

bool MainWindow::openCamera() {
    // A camera can be opened once only, so the present one is given back first.
    if (const auto present = bridge_.session().description(); present && present->live) {
        bridge_.session().close();
        view_->clear();
    }
    auto source = hooks_.openCamera();
    if (!source) {
        hooks_.project.showError(this, tr("Cannot open"), QString::fromStdString(source.error().message));
        return false;
    }
    openSource(std::move(*source));
    return true;
}

void MainWindow::openSource(std::unique_ptr<FrameSource> source, const QString& path) {
    const StreamDescription description = source->description();
    view_->clear();
    view_->setHint(tr("Waiting for pictures…"));
    sourceName_ = QString::fromStdString(description.name);
    const bool seekable = !description.live && description.duration > MediaTime::zero();
    position_->setEnabled(seekable);
    position_->setRange(0, seekable ? sliderValue(description.duration) : 0);
    position_->setSingleStep(1000);
    position_->setPageStep(10000);
    project_->setVideo(path, description.duration);
    cues_->setVisible(!path.isEmpty());
    bridge_.session().open(std::move(source), {.loop = loop_});
}

void MainWindow::showFrame() {
    FramePtr frame = bridge_.session().takeFrame();
    if (!frame) {
        return;
    }
    if (position_->isEnabled() && !position_->isSliderDown()) {
        const QSignalBlocker blocker(position_);
        position_->setValue(sliderValue(frame->pts));
    }
    const auto description = bridge_.session().description();
    const MediaTime duration = description ? description->duration : MediaTime::zero();
    time_->setText(duration > MediaTime::zero() ? tr("%1 / %2").arg(clockText(frame->pts), clockText(duration))
                                                : clockText(frame->pts));
    if (usesCues()) {
        view_->setCaption(project_->captionAt(frame->pts));
        cues_->showCurrent(project_->document()->cueAt(frame->pts));
    }
    view_->setFrame(std::move(frame));
}

void MainWindow::showCaption() {
    const auto caption = bridge_.session().captions().latest();
    if (!usesCues() && caption && caption->generation == bridge_.session().generation()) {
        view_->setCaption(QString::fromStdString(caption->text));
    }
    if (const auto error = bridge_.session().captionError()) {
        model_->setText(QString::fromStdString(error->message));
    } else {
        model_->setText(modelState_);
    }
}

void MainWindow::showState() {
    const PlayState state = bridge_.session().state();
    const bool playing = state == PlayState::Playing;
    const auto description = bridge_.session().description();
    pause_->setEnabled(state != PlayState::Closed && !(state == PlayState::Failed && description && description->live));
    pause_->setText(playing ? tr("&Pause") : tr("&Play"));
    pause_->setIcon(style()->standardIcon(playing ? QStyle::SP_MediaPause : QStyle::SP_MediaPlay));
    if (state == PlayState::Failed) {
        if (const auto error = bridge_.session().error()) {
            hooks_.project.showError(this, tr("Playback stopped"), QString::fromStdString(error->message));
        }
    }
}

void MainWindow::showCounters() { counters_->showMetrics(bridge_.session().metrics(), view_->displayedFps()); }

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls()) {
        event->acceptProposedAction();
    }
}

void MainWindow::dropEvent(QDropEvent* event) {
    for (const QUrl& url : event->mimeData()->urls()) {
        if (url.isLocalFile()) {
            openVideo(url.toLocalFile());
            return;
        }
    }
}

}  // namespace sightline
