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
#include <QStatusBar>
#include <QStyle>
#include <QToolBar>
#include <QVBoxLayout>

#include "core/media/ffmpeg_file_source.h"
#include "ui/counters_panel.h"
#include "ui/video_view.h"

namespace sightline {
namespace {

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
            parent, MainWindow::tr("Open video"), {},
            MainWindow::tr("Videos (*.mp4 *.mkv *.mov *.webm *.avi *.m4v *.mpg *.ts *.ogv);;All files (*)"));
    };
    hooks.showError = [](QWidget* parent, const QString& title, const QString& text) {
        QMessageBox::critical(parent, title, text);
    };
    hooks.openVideo = [](const QString& path) { return sightline::openVideoFile(path.toStdString()); };
    hooks.openCamera = [] { return sightline::openCamera(CameraOptions{}); };
    return hooks;
}

MainWindow::MainWindow(MainWindowHooks hooks, QWidget* parent)
    : QMainWindow(parent), hooks_(std::move(hooks)), modelState_(tr("Loading the model…")), view_(new VideoView(this)),
      counters_(new CountersPanel(this)), position_(new QSlider(Qt::Horizontal, this)), time_(new QLabel(this)),
      model_(new QLabel(this)) {
    setWindowTitle(tr("Sightline"));
    setMinimumSize(1024, 640);
    setAcceptDrops(true);
    view_->setHint(tr("Open a video or a camera, or drop a video file here."));

    position_->setObjectName("position");
    position_->setAccessibleName(tr("Position"));
    position_->setEnabled(false);
    time_->setObjectName("time");
    model_->setObjectName("model");

    auto* central = new QWidget(this);
    auto* column = new QVBoxLayout(central);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(view_, 1);
    auto* transport = new QHBoxLayout;
    transport->setContentsMargins(8, 4, 8, 0);
    transport->addWidget(position_, 1);
    transport->addWidget(time_);
    column->addLayout(transport);
    column->addWidget(counters_);
    setCentralWidget(central);
    statusBar()->addWidget(model_);
    createActions();

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
        hooks_.showError(this, tr("Cannot load the model"), message);
    });
    connect(position_, &QSlider::sliderMoved, this,
            [this](int value) { bridge_.session().seek(std::chrono::milliseconds(value)); });
    connect(position_, &QSlider::actionTriggered, this, [this](int action) {
        if (action != QAbstractSlider::SliderMove) {
            bridge_.session().seek(std::chrono::milliseconds(position_->sliderPosition()));
        }
    });
    connect(&refresh_, &QTimer::timeout, this, &MainWindow::showCounters);
    refresh_.start(kRefreshInterval);
    model_->setText(modelState_);
    showState();
}

void MainWindow::createActions() {
    auto* file = menuBar()->addMenu(tr("&File"));
    auto* bar = addToolBar(tr("Main"));
    bar->setObjectName("mainToolBar");
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    const auto add = [&](QStyle::StandardPixmap icon, const QString& text, const QString& name,
                         const QKeySequence& key) {
        auto* action = new QAction(style()->standardIcon(icon), text, this);
        action->setObjectName(name);
        action->setShortcut(key);
        file->addAction(action);
        bar->addAction(action);
        return action;
    };
    auto* openFile = add(QStyle::SP_DialogOpenButton, tr("&Open video…"), "openVideo", QKeySequence::Open);
    auto* camera = add(QStyle::SP_ComputerIcon, tr("&Camera"), "openCamera", QKeySequence(Qt::CTRL | Qt::Key_K));
    pause_ = add(QStyle::SP_MediaPause, tr("&Pause"), "pause", QKeySequence(Qt::Key_Space));
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
    file->addSeparator();
    auto* quit = file->addAction(tr("&Quit"));
    quit->setShortcut(QKeySequence::Quit);
    connect(quit, &QAction::triggered, this, &QWidget::close);
}

bool MainWindow::openVideo(const QString& path) { return open(hooks_.openVideo(path)); }

bool MainWindow::openCamera() {
    // A camera can be opened once only, so the present one is given back first.
    if (const auto present = bridge_.session().description(); present && present->live) {
        bridge_.session().close();
        view_->clear();
    }
    return open(hooks_.openCamera());
}

bool MainWindow::open(Result<std::unique_ptr<FrameSource>> source) {
    if (!source) {
        hooks_.showError(this, tr("Cannot open"), QString::fromStdString(source.error().message));
        return false;
    }
    openSource(std::move(*source));
    return true;
}

void MainWindow::openSource(std::unique_ptr<FrameSource> source) {
    const StreamDescription description = source->description();
    view_->clear();
    view_->setHint(tr("Waiting for pictures…"));
    setWindowTitle(tr("%1 – Sightline").arg(QString::fromStdString(description.name)));
    const bool seekable = !description.live && description.duration > MediaTime::zero();
    position_->setEnabled(seekable);
    position_->setRange(0, seekable ? sliderValue(description.duration) : 0);
    position_->setSingleStep(1000);
    position_->setPageStep(10000);
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
    view_->setFrame(std::move(frame));
}

void MainWindow::showCaption() {
    const auto caption = bridge_.session().captions().latest();
    if (caption && caption->generation == bridge_.session().generation()) {
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
            hooks_.showError(this, tr("Playback stopped"), QString::fromStdString(error->message));
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
