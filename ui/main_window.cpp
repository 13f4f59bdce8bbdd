#include "ui/main_window.h"

#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QInputDialog>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QStandardPaths>
#include <QStatusBar>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

#include "core/base/logging.h"
#include "core/media/files/ffmpeg_file_source.h"
#include "core/media/live/open_source.h"
#include "core/media/live/reconnecting_source.h"
#include "core/pipeline/recording_project.h"
#include "ui/about_dialog.h"
#include "ui/appearance.h"
#include "ui/button_keys.h"
#include "ui/diagnostics.h"
#include "ui/error_text.h"
#include "ui/lab/quick_tune.h"
#include "ui/manual_window.h"
#include "ui/message_bar.h"
#include "ui/pane_focus.h"
#include "ui/preferences_dialog.h"
#include "ui/report_dialog.h"
#include "ui/shortcuts.h"
#include "ui/shortcuts_dialog.h"
#include "ui/video/cue_model.h"
#include "ui/wheel_focus.h"
#include "ui/window_place.h"

namespace sightline {
namespace {

constexpr int kMessageTime = 8000;  // milliseconds in the status bar
constexpr auto kKeepWork = std::chrono::seconds(2);

// Live sources are opened by their reading thread, so that the window never waits for a camera or a server.
Result<std::unique_ptr<FrameSource>> openLive(const QString& address, std::shared_ptr<SourceHealth> health,
                                              const SourceOptions& options) {
    static const SystemClock clock;
    const auto parsed = parseSourceAddress(address.toStdString());
    if (!parsed) {
        return tl::unexpected(parsed.error());
    }
    if (options.live.sound && parsed->kind != SourceKind::Stream) {
        options.live.sound->opened(false);  // only streams are heard
    }
    if (parsed->kind == SourceKind::File) {
        auto file = openSource(*parsed);
        if (file) {
            health->set({SourceState::Live, std::nullopt, 0, {}, (*file)->description()});
        }
        return file;
    }
    return std::make_unique<ReconnectingSource>(
        parsed->name,
        [parsed = *parsed, options](const std::stop_token& stop) {
            return sightline::openSource(parsed, options, stop);
        },
        clock, std::move(health));
}

QString askForModel(QWidget* parent) {
    return QFileDialog::getOpenFileName(parent, MainWindow::tr("Choose a model bundle"), {},
                                        MainWindow::tr("Model bundles (*.pt)"));
}

}  // namespace

MainWindowHooks MainWindowHooks::standard(const SourceOptions& sources) {
    MainWindowHooks hooks;
    hooks.lab = ThreadLabHooks::standard();
    hooks.setShowError(
        [](QWidget* parent, const QString& title, const QString& text) { QMessageBox::critical(parent, title, text); });
    hooks.chooseModel = askForModel;
    hooks.live.open = [sources](const QString& address, std::shared_ptr<SourceHealth> health) {
        return openLive(address, std::move(health), sources);
    };
    hooks.live.listCameras = [] { return sightline::listCameras(); };
    hooks.live.chooseFile = [](QWidget* parent) {
        return QFileDialog::getOpenFileName(parent, MainWindow::tr("Play a video as if it were live"));
    };
    if (isOnX11()) {
        hooks.live.pickScreen = ScreenPicker::start;
    }
    hooks.live.askName = [](QWidget* parent, const QString& now) -> std::optional<QString> {
        bool given = false;
        const QString name = QInputDialog::getText(
            parent, MainWindow::tr("Name of the source"),
            MainWindow::tr("Name in the list of sources, where it stays; an empty one takes the source off:"),
            QLineEdit::Normal, now, &given);
        return given ? std::optional(name) : std::nullopt;
    };
    hooks.live.historyFolder = QStandardPaths::writableLocation(QStandardPaths::CacheLocation);
    hooks.live.captureFolder =
        QStandardPaths::writableLocation(QStandardPaths::MoviesLocation).toStdString() + "/Sightline";
    hooks.video.chooseVideo = [](QWidget* parent) {
        return QFileDialog::getOpenFileName(
            parent, MainWindow::tr("Open video or project"), {},
            MainWindow::tr("Videos and projects (*.mp4 *.mkv *.mov *.webm *.avi *.m4v *.mpg *.ts *.ogv *.sightline);;"
                           "All files (*)"));
    };
    hooks.video.chooseVideos = [](QWidget* parent) {
        return QFileDialog::getOpenFileNames(
            parent, MainWindow::tr("Videos to annotate"), {},
            MainWindow::tr("Videos (*.mp4 *.mkv *.mov *.webm *.avi *.m4v *.mpg *.ts *.ogv);;All files (*)"));
    };
    hooks.video.chooseSubtitles = [](QWidget* parent) {
        return QFileDialog::getOpenFileName(
            parent, MainWindow::tr("Import captions"), {},
            MainWindow::tr("Captions (*.srt *.sbv *.vtt *.ass *.ssa *.ttml *.dfxp *.xml *.itt *.csv *.tsv *.txt *.json "
                           "*.eaf);;All files (*)"));
    };
    hooks.video.project.chooseSave = [](QWidget* parent, const QString& title, const QString& suggestion,
                                        const QString& filters, QString& filter) {
        return QFileDialog::getSaveFileName(parent, title, suggestion, filters, &filter);
    };
    hooks.live.chooseSave = hooks.video.project.chooseSave;
    hooks.video.project.openVideo = [](const QString& path) { return openVideoFile(path.toStdString(), kForPlayback); };
    hooks.video.project.spelling = SpellingFolders::standard();
    hooks.video.project.unsavedFolder =
        QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation).toStdString() + "/unsaved";
    return hooks;
}

void MainWindowHooks::setShowError(const ShowError& showError) {
    live.showError = showError;
    lab.showError = showError;
    video.project.showError = showError;
}

MainWindow::MainWindow(MainWindowHooks hooks, QWidget* parent)
    : QMainWindow(parent), labHooks_(hooks.lab), sessions_(hooks.sessionFolder), logFile_(hooks.logFile),
      messages_(new MessageBar(this)), column_(nullptr), tabs_(new QTabWidget(this)),
      live_(new LivePage(hooks.live, this)), video_(new VideoPage(joined(std::move(hooks.video)), this)),
      lab_(new ThreadLabPage(labHooks_, this)), model_(new QLabel(this)) {
    setAcceptDrops(true);
    model_->setObjectName("model");
    statusBar()->addWidget(model_);
    tabs_->setObjectName("pages");
    tabs_->setDocumentMode(true);
    messages_->setObjectName("windowMessages");
    auto* central = new QWidget(this);
    column_ = new QVBoxLayout(central);
    column_->setContentsMargins(0, 0, 0, 0);
    column_->setSpacing(0);
    column_->addWidget(messages_);
    column_->addWidget(tabs_, 1);
    setCentralWidget(central);

    auto* file = menuBar()->addMenu(tr("&File"));
    file->addActions({video_->openAction(), live_->cameraAction()});
    file->insertMenu(live_->cameraAction(), video_->recentMenu());
    file->addSeparator();
    auto* close = file->addAction(tr("C&lose"));
    close->setObjectName("closeDocument");
    close->setShortcut(QKeySequence::Close);
    connect(close, &QAction::triggered, this, [this] { currentPage()->closeDocument(); });
    connect(file, &QMenu::aboutToShow, close,
            [this, close] { close->setEnabled(!currentPage()->documentName().isEmpty()); });
    connect(file, &QMenu::aboutToHide, close, [close] { close->setEnabled(true); });  // for its keys
    file->addSeparator();
    auto* preferences = file->addAction(tr("&Preferences…"));
    preferences->setObjectName("preferences");
    preferences->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Comma));
    connect(preferences, &QAction::triggered, this,
            [this, models = hooks.models, settings = hooks.live.settings,
             captureFolder = QString::fromStdString(hooks.live.captureFolder.string())] {
                auto* dialog = new PreferencesDialog({labHooks_.settings, models, settings, captureFolder,
                                                      [](QWidget* over, const QString& now) {
                                                          return QFileDialog::getExistingDirectory(
                                                              over, tr("Recordings and snapshots"), now);
                                                      }},
                                                     this);
                connect(dialog, &PreferencesDialog::told, this, &MainWindow::warn);
                dialog->open();
            });
    file->addSeparator();
    auto* quit = file->addAction(tr("&Quit"));
    quit->setShortcut(QKeySequence::Quit);
    quit->setShortcutContext(Qt::ApplicationShortcut);  // also in the queue's window
    connect(quit, &QAction::triggered, this, &QWidget::close);

    addPage(video_);
    addPage(live_);
    addPage(lab_);
    for (PlayerPane* player : {&live_->player(), &video_->player()}) {
        connect(player, &PlayerPane::modelStateChanged, this, &MainWindow::showModelState);
    }
    connect(live_, &LivePage::projectWanted, this, [this](const QString& path) { video_->openVideo(path); });
    if (!hooks.models.empty()) {
        auto* models = new ModelMenu(
            labHooks_.settings, std::move(hooks.models), std::move(hooks.chooseModel), labHooks_.showError,
            [this] { return captionTime(); }, this);
        menuBar()->addMenu(models);
        connect(models, &ModelMenu::importedModelAdded, this, [this] {
            if (!isPlaying()) {  // else the thread lab finds its number of threads
                startQuickTune([] {});
            }
        });
    }
    addView();
    addHelp();
    afterPages_ = menuBar()->actions().at(1);  // behind File
    new ButtonKeys(this);
    new WheelFocus(this);
    shortcuts::applyStored(this);
    connect(tabs_, &QTabWidget::currentChanged, this, &MainWindow::showPage);
    showPage();
    restorePlace(*this);
    connect(&sessions_, &WindowSessions::frontWanted, this, &MainWindow::comeToFront);
    connect(&work_, &QTimer::timeout, this, &MainWindow::keepWork);
    connect(video_, &Page::documentChanged, this, &MainWindow::keepWork);
    work_.start(kKeepWork);
    offerWorkLeftBehind();
}

VideoPageHooks MainWindow::joined(VideoPageHooks hooks) {
    hooks.holderOf = [this](const QString& project) { return sessions_.holderOf(project); };
    hooks.bringToFront = [this](const OpenWork& holder) { sessions_.bringToFront(holder); };
    return hooks;
}

bool MainWindow::isPlaying() {
    return live_->player().session().state() != PlayState::Closed ||
           video_->player().session().state() != PlayState::Closed;
}

std::optional<std::chrono::nanoseconds> MainWindow::captionTime() {
    for (PlayerPane* player : {&live_->player(), &video_->player()}) {
        if (const auto time = player->session().metrics().inference) {
            return time;
        }
    }
    return {};
}

void MainWindow::keepWork() {
    OpenWork work = video_->openWork();
    work.recording = live_->recordingFile();
    work.title = work.file.isEmpty() ? QString() : tr("%1 – Sightline").arg(video_->documentName());
    sessions_.keep(work);
}

void MainWindow::offerWorkLeftBehind() {
    const auto left = sessions_.takeLeftBehind();
    if (left.empty()) {
        return;
    }
    const OpenWork work = left.back();
    QStringList sentences;
    MessageBar::Answers answers;
    if (!work.file.isEmpty()) {
        sentences << tr("Sightline ended unexpectedly while “%1” was open at %2.")
                         .arg(QFileInfo(work.file).fileName(), timeText(work.position));
        answers.emplace_back(tr("Open it again"), [this, work] { video_->reopen(work); });
    }
    if (work.unsaved) {
        sentences << tr("The edits that were not saved are kept.");
    }
    if (QFileInfo::exists(work.recording)) {
        sentences
            << tr("The recording “%1” was cut off: about its last second is missing, and captions of its last five.")
                   .arg(QFileInfo(work.recording).fileName());
        answers.emplace_back(tr("Open the recording"), [this, work] { openRecording(work.recording); });
    }
    if (answers.empty()) {
        return;
    }
    answers.emplace_back(tr("Not now"), [] {});
    const QString text = sentences.join(QLatin1Char(' '));
    messages_->ask(text, answers);
    connect(video_, &Page::documentChanged, messages_, [this, work, text] {
        if (messages_->text() == text && video_->openWork().file == work.file) {
            messages_->hide();  // it is open again without having been asked for here
        }
    });
}

void MainWindow::openRecording(const QString& file) {
    statusBar()->showMessage(tr("Reading the captions of the recording…"));
    recovery_.start("recover", [this, file](const std::stop_token& stop, const BackgroundRun::Teller& teller) {
        auto project = recoverRecording(file.toStdString(), stop);
        teller.end([this, file, project = std::move(project)] {
            statusBar()->clearMessage();
            if (!project) {
                logger("ui")->warn("{}", project.error().message);
                warn(errorText(project.error()));
            }
            video_->openVideo(project ? QString::fromStdString(project->string()) : file);
        });
    });
}

void MainWindow::comeToFront() {
    setWindowState(windowState() & ~Qt::WindowMinimized);
    show();
    raise();
    activateWindow();
    QApplication::alert(this);  // where programs may not come to the front by themselves
}

MainWindow::~MainWindow() {
    // Tabs and pages report while they close, and go after this object has ceased to be a MainWindow.
    tabs_->disconnect(this);
    work_.stop();
    live_->disconnect(this);
    video_->disconnect(this);
    lab_->disconnect(this);
}

void MainWindow::addView() {
    view_ = menuBar()->addMenu(tr("&View"));
    const auto add = [this](const QString& text, const char* name, const QKeySequence& keys,
                            const std::function<void()>& call) {
        auto* action = view_->addAction(text);
        action->setObjectName(name);
        action->setShortcut(keys);
        connect(action, &QAction::triggered, this, call);
        return action;
    };
    for (int i = 0; i < tabs_->count(); ++i) {
        add(tr("Page “%1”").arg(tabs_->tabText(i)), qPrintable(QStringLiteral("page%1").arg(i + 1)),
            QKeySequence(Qt::CTRL | (Qt::Key_1 + i)), [this, i] { tabs_->setCurrentIndex(i); });
    }
    view_->addSeparator();
    add(tr("Next part of the page"), "nextPane", QKeySequence(Qt::Key_F6), [this] { moveToPane(1); });
    add(tr("Previous part of the page"), "previousPane", QKeySequence(Qt::SHIFT | Qt::Key_F6),
        [this] { moveToPane(-1); });
    view_->addSeparator();
    fullScreen_ =
        add(tr("Full screen"), "fullScreen", QKeySequence(Qt::Key_F), [this] { setFullScreen(!isFullScreen()); });
    leaveFullScreen_ =
        add(tr("Leave full screen"), "leaveFullScreen", QKeySequence(Qt::Key_Escape), [this] { setFullScreen(false); });
    leaveFullScreen_->setVisible(false);  // and so without its key
    for (PlayerPane* player : {&live_->player(), &video_->player()}) {
        player->view().addAction(fullScreen_);
        connect(&player->view(), &VideoView::doubleClicked, fullScreen_, &QAction::trigger);
    }
    VideoView& picture = live_->player().view();
    picture.setFocusPolicy(Qt::StrongFocus);
    picture.setContextMenuPolicy(Qt::ActionsContextMenu);
    for (const QMenu* menu : live_->menus()) {
        for (QAction* action : menu->actions()) {
            if (!action->menu()) {
                picture.addAction(action);
            }
        }
    }
}

void MainWindow::moveToPane(int step) {
    QList<QWidget*> panes{messages_, tabs_->tabBar()};
    panes << currentPage()->panes();
    sightline::moveToPane(panes, step);
}

void MainWindow::setFullScreen(bool full) {
    if (full == isFullScreen()) {
        return;
    }
    // Shortcuts in menus need a menu bar that is seen, so the window itself has the actions meanwhile.
    if (full) {
        wasMaximized_ = isMaximized();
        QList<QMenu*> menus = shown_->pictureMenus();
        menus << view_;
        for (const QMenu* menu : menus) {
            for (QAction* action : menu->actions()) {
                if (!action->isSeparator() && !actions().contains(action)) {
                    borrowed_ << action;
                }
            }
        }
        addActions(borrowed_);
    } else {
        for (QAction* action : std::exchange(borrowed_, {})) {
            removeAction(action);
        }
    }
    leaveFullScreen_->setVisible(full);
    menuBar()->setVisible(!full);
    statusBar()->setVisible(!full);
    tabs_->tabBar()->setVisible(!full);
    shown_->setPictureOnly(full);
    if (full) {
        showFullScreen();
    } else if (wasMaximized_) {
        showMaximized();
    } else {
        showNormal();
    }
}

void MainWindow::addHelp() {
    auto* help = menuBar()->addMenu(tr("&Help"));
    const auto add = [&](const QString& text, const char* name, const QKeySequence& keys) {
        auto* action = help->addAction(text);
        action->setObjectName(name);
        action->setShortcut(keys);
        return action;
    };
    connect(add(tr("&Manual"), "manual", QKeySequence::HelpContents), &QAction::triggered, this,
            [this, manual = std::shared_ptr<ManualWindow>()]() mutable {
                if (!manual) {
                    manual = std::make_shared<ManualWindow>();
                }
                const bool nothingIsOpen = shown_ == video_ && video_->documentName().isEmpty();
                manual->showPage(QLatin1String(nothingIsOpen      ? "index.md"
                                               : shown_ == video_ ? "annotate.md"
                                               : shown_ == live_  ? "live.md"
                                                                  : "lab.md"));
            });
    connect(add(tr("&First steps"), "firstSteps", {}), &QAction::triggered, this, [this] {
        tabs_->setCurrentWidget(video_);
        video_->showFirstSteps();
    });
    connect(add(tr("&Keyboard shortcuts…"), "shortcuts", QKeySequence(Qt::CTRL | Qt::Key_Slash)), &QAction::triggered,
            this, [this] { (new ShortcutsDialog(this))->open(); });
    help->addMenu(new AppearanceMenu(this));
    help->addSeparator();
    if (!logFile_.isEmpty()) {
        connect(add(tr("Show &log…"), "showLog", {}), &QAction::triggered, this,
                [this] { (new ReportDialog(tr("Log"), logFile_, this))->open(); });
    }
    connect(add(tr("&About Sightline"), "about", {}), &QAction::triggered, this, [this] {
        (new AboutDialog(
             modelText(labHooks_.settings), [this] { return diagnosticsText(*this, labHooks_.settings); }, this))
            ->open();
    });
    connect(add(tr("&Copy diagnostics"), "copyDiagnostics", {}), &QAction::triggered, this, [this] {
        QGuiApplication::clipboard()->setText(diagnosticsText(*this, labHooks_.settings));
        statusBar()->showMessage(tr("The diagnostics are on the clipboard; they name no files."), kMessageTime);
    });
}

void MainWindow::addPage(Page* page) {
    tabs_->addTab(page, page->title());
    connect(page, &Page::shownWanted, this, [this, page] { tabs_->setCurrentWidget(page); });
    connect(page, &Page::documentChanged, this, &MainWindow::showTitle);
    connect(page, &Page::told, this,
            [this](const QString& message) { statusBar()->showMessage(message, kMessageTime); });
    connect(page, &Page::warned, this, &MainWindow::warn);
}

void MainWindow::warn(const QString& message) {
    messages_->ask(message, {{tr("Close"), [] {}}});
}

void MainWindow::closeEvent(QCloseEvent* event) {
    setFullScreen(false);
    keepPlace(*this);
    QMainWindow::closeEvent(event);
}

Page* MainWindow::currentPage() const { return qobject_cast<Page*>(tabs_->currentWidget()); }

void MainWindow::setModel(const SessionBridge::CaptionerLoader& loader, int beams) {
    live_->player().setModel(loader, beams);
    video_->player().setModel(loader, beams);
    currentPage()->enter();
}

void MainWindow::offerCrashReport(const QString& report, const std::function<void()>& seen) {
    column_->insertWidget(0, crashNotice(report, seen, this));
}

void MainWindow::startQuickTune(std::function<void()> over) {
    auto* tune = new QuickTune(labHooks_, this);
    column_->insertWidget(column_->indexOf(tabs_), tune);  // below what is asked: it goes by itself
    tune->show();
    connect(tune, &QuickTune::over, this, [this, tune, over = std::move(over)](const QString& message, bool isDecided) {
        if (isDecided || messages_->isVisible()) {  // what is asked there already waits for an answer
            statusBar()->showMessage(message, kMessageTime);
        } else {
            warn(message);
        }
        over();
        tune->deleteLater();
    });
    for (Page* page : {static_cast<Page*>(live_), static_cast<Page*>(video_)}) {
        connect(page, &Page::shownWanted, tune, &QuickTune::skip);
    }
    tune->start();
}

void MainWindow::showPage() {
    if (shown_ && shown_ != currentPage()) {
        shown_->leave();
    }
    setFullScreen(false);  // it is the former page's picture
    shown_ = currentPage();
    for (int i = 0; i < tabs_->count(); ++i) {
        const auto* page = qobject_cast<Page*>(tabs_->widget(i));
        for (QMenu* menu : page->menus()) {
            if (page == shown_) {
                menuBar()->insertMenu(afterPages_, menu);
            } else {
                menuBar()->removeAction(menu->menuAction());  // a hidden one would still answer to its letter
            }
        }
    }
    shown_->enter();
    showTitle();
    showModelState();
}

void MainWindow::showTitle() {
    const QString name = shown_->documentName();
    setWindowTitle(name.isEmpty() ? tr("Sightline") : tr("%1[*] – Sightline").arg(name));
    setWindowModified(shown_->documentModified());
}

void MainWindow::showModelState() {
    if (shown_ == lab_) {
        model_->clear();
        return;
    }
    const PlayerPane& player = shown_ == live_ ? live_->player() : video_->player();
    model_->setText(player.modelState());
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls()) {
        event->acceptProposedAction();
    }
}

void MainWindow::dropEvent(QDropEvent* event) {
    QStringList files;
    for (const QUrl& url : event->mimeData()->urls()) {
        if (url.isLocalFile()) {
            files << url.toLocalFile();
        }
    }
    if (files.size() == 1) {
        video_->openVideo(files.first());
    } else if (!files.isEmpty()) {
        tabs_->setCurrentWidget(video_);
        video_->annotateFiles(files);
    }
}

}  // namespace sightline
