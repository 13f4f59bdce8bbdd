#include "app/window_command.h"

#include <fmt/format.h>
#include <algorithm>
#include <cstdlib>
#include <mutex>

#include <QApplication>
#include <QIcon>
#include <QSettings>
#include <QStandardPaths>
#include <QTimer>

#include "app/build_facts.h"
#include "app/exit_codes.h"
#include "app/load_captioner.h"
#include "app/model_file.h"
#include "app/model_trust.h"
#include "app/one_instance.h"
#include "app/page_screenshots.h"
#include "app/queue_hooks.h"
#include "app/quit_on_signal.h"
#include "app/resource_files.h"
#include "app/startup_log.h"
#include "core/base/crash_report.h"
#include "core/base/log_file.h"
#include "core/base/logging.h"
#include "core/base/machine.h"
#include "core/base/user_folders.h"
#include "core/captions/project.h"
#include "core/inference/bundle_captioner.h"
#include "core/inference/caption_reuse.h"
#include "core/inference/thread_budget.h"
#include "core/media/files/ffmpeg_file_source.h"
#include "core/media/live/open_source.h"
#include "ui/main_window.h"
#include "ui/translations.h"
#include "ui/trust_question.h"

namespace sightline {
namespace {

const QString kApplicationId = QStringLiteral("io.sightline.Sightline");  // as the desktop entry is called
constexpr const char* kCrashFolder = "crashes";
constexpr auto kScreenshotDelay = std::chrono::seconds(3);  // after the first caption, for the counters to settle
constexpr auto kQuickTuneDelay = std::chrono::seconds(4);   // the model is loaded by then
constexpr auto kScreenshotLimit = std::chrono::seconds(60);

// The file to play; empty for none.
std::string namedFile(const WindowCommand& command) {
    return command.sample ? resourceFile("resources/sample.mp4").string() : command.input;
}

// Nothing named is success with a null source.
Result<std::unique_ptr<FrameSource>> openNamed(const WindowCommand& command) {
    if (command.camera >= 0) {
        CameraOptions options;
        options.index = command.camera;
        return openCamera(options);
    }
    const std::string file = namedFile(command);
    if (file.empty() || file.ends_with(kProjectExtension)) {
        return std::unique_ptr<FrameSource>();
    }
    return openVideoFile(file, kForPlayback);
}

// As the settings file keeps it: a shipped one by its name, so that the file serves another installation too.
std::string nameOfModel(const std::filesystem::path& path) {
    const auto shipped =
        std::ranges::find_if(kShippedModels, [&](const char* name) { return modelFile(name) == path; });
    return shipped != kShippedModels.end() ? std::string(*shipped) : path.string();
}

// The bundle that captioners are loaded from. Any thread.
class ModelInUse {
public:
    explicit ModelInUse(std::filesystem::path path) : path_(std::move(path)) {}

    std::filesystem::path path() const {
        const std::lock_guard lock(mutex_);
        return path_;
    }
    void set(std::filesystem::path path) {
        const std::lock_guard lock(mutex_);
        path_ = std::move(path);
    }

private:
    mutable std::mutex mutex_;
    std::filesystem::path path_;
};

// Asks for a model that somebody else made, the first time.
bool mayLoad(const std::filesystem::path& model) {
    if (needsTrust(model)) {
        if (!askForTrust(QApplication::activeWindow(), model)) {
            return false;
        }
        trustModel(model);
    }
    return true;
}

// What the lab measures and previews is loaded in other places than the pages' model.
void guardLab(ThreadLabHooks& lab) {
    lab.describeModel = [](const std::filesystem::path& path) -> Result<BenchmarkModel> {
        if (auto admitted = admitModel(path); !admitted) {
            return tl::unexpected(admitted.error());
        }
        return describeModel(path);
    };
    lab.load = [](const BenchmarkSetting& setting) -> Result<std::unique_ptr<Captioner>> {
        if (auto admitted = admitModel(setting.model.path); !admitted) {
            return tl::unexpected(admitted.error());
        }
        return loadCaptioner(setting.model.path, setting.threads);
    };
    lab.chooseModels = [choose = lab.chooseModels](QWidget* parent) {
        QStringList files = choose(parent);
        files.removeIf([](const QString& file) { return !mayLoad(file.toStdString()); });
        return files;
    };
}

// Every captioner shares the budget, so its change is obeyed at once; `reload` makes the pages take another model. The
// file keeps all for later starts.
CpuSettingsStore cpuSettingsStore(const Settings& settings, const std::shared_ptr<ThreadBudget>& budget,
                                  const std::shared_ptr<ModelInUse>& model, std::function<void()> reload) {
    auto now = std::make_shared<Settings>(settings);
    return {[now, model] {
                return CpuSettings{now->threads, now->interOp, model->path()};
            },
            [now, budget, model, reload = std::move(reload)](const CpuSettings& wanted) {
                if (wanted.model != model->path() && !mayLoad(wanted.model)) {
                    return;
                }
                budget->set(wanted.threads);
                now->threads = wanted.threads;
                storeSetting("threads", now->threads);
                if (wanted.interOp != now->interOp) {
                    now->interOp = wanted.interOp;
                    storeSetting("interOp", now->interOp);
                }
                if (wanted.model != model->path()) {
                    model->set(wanted.model);
                    storeSetting("model", nameOfModel(wanted.model));
                    reload();
                }
            }};
}

void saveScreenshot(MainWindow& window, const std::string& path) {
    const bool saved = window.grab().save(QString::fromStdString(path), "PNG");
    if (!saved) {
        fmt::print(stderr, "sightline: cannot write {}. Check the folder and its permissions.\n", path);
    }
    QApplication::exit(saved ? kExitOk : kExitInputFailed);
}

// What a second start hands to the window that is there; nothing where that could not open it.
std::optional<OpenRequest> requestOf(const WindowCommand& command) {
    const std::string file = namedFile(command);
    if (file.empty()) {
        return OpenRequest{};
    }
    std::error_code status;
    const auto path = std::filesystem::absolute(file, status);
    return !status && std::filesystem::exists(path, status)
               ? std::optional(OpenRequest{path, command.loop || command.sample})
               : std::nullopt;
}

void showAndOpen(MainWindow& window, const OpenRequest& request) {
    logger("app")->info("Another start hands over {}", request.file.empty() ? "nothing" : request.file.string());
    window.setWindowState(window.windowState() & ~Qt::WindowMinimized);
    window.show();
    window.raise();
    window.activateWindow();
    if (!request.file.empty()) {
        window.video().setLoop(request.loop);
        window.video().openVideo(QString::fromStdString(request.file.string()));
    }
}

// The log and the reports of crashes. Returns the log's file, empty where none can be kept.
std::filesystem::path keepRecords(const std::filesystem::path& folder) {
    const auto log = startLogFile(folder);
    if (!log) {
        logger("app")->warn("{}", log.error().message);
    }
    logger("app")->info("{}on {}", buildFacts(), describeMachine());
    writeCrashReports(folder / kCrashFolder, buildFacts() + describeMachine() + "\n",
                      log ? *log : std::filesystem::path());
    return log ? *log : std::filesystem::path();
}

// Qt ends the process by abort() where it reaches no display, which would look like a crash, and advises to install it
// again.
void endWithoutDisplay(QtMsgType type, const QMessageLogContext& /*context*/, const QString& text) {
    if (type == QtFatalMsg) {
        fmt::print(stderr,
                   "sightline: cannot open a window: no display can be reached. Start it on a desktop, or use the "
                   "commands that need none: sightline --help.\n");
        std::_Exit(kExitInputFailed);
    }
    fmt::print(stderr, "{}\n", text.toStdString());
}

}  // namespace

int runWindowCommand(const WindowCommand& command, const Settings& settings, int& argc, char** argv) {
    const bool isUnattended = !command.screenshot.empty() || !command.screenshots.empty();
    std::unique_ptr<OneInstance> instance;
    if (!command.ownWindow && !isUnattended && command.camera < 0) {
        instance = OneInstance::claim();
        const auto request = requestOf(command);
        if (!instance && request && OneInstance::handOver(*request)) {
            return kExitOk;
        }
    }
    auto source = openNamed(command);
    if (!source) {
        fmt::print(stderr, "sightline: {}\n", source.error().message);
        return command.camera >= 0 ? kExitCamera : kExitInputFailed;
    }
    const auto records = stateFolder();
    const auto log = records.empty() || isUnattended ? std::filesystem::path() : keepRecords(records);
    const auto handler = qInstallMessageHandler(endWithoutDisplay);
    QApplication application(argc, argv);
    qInstallMessageHandler(handler);
    const QuitOnSignal quit;
    QApplication::setApplicationName(QStringLiteral("Sightline"));
    QApplication::setOrganizationName(QStringLiteral("Sightline"));
    QApplication::setApplicationVersion(QStringLiteral(SIGHTLINE_VERSION));
    QGuiApplication::setDesktopFileName(kApplicationId);
    QApplication::setWindowIcon(QIcon::fromTheme(kApplicationId));  // where it is installed

    QLocale::setDefault(windowLocale());
    installTranslations(application, windowLocale());
    SourceOptions sources;
    sources.live.snapshotInterval = std::chrono::milliseconds(settings.snapshotInterval);
    const auto speech = std::make_shared<LiveSpeech>(resourceFile("resources/silero_vad.jit"));
    sources.live.sound = speech;
    MainWindowHooks hooks = MainWindowHooks::standard(sources);
    hooks.live.speech = speech;
    hooks.live.firstAddress = QStringLiteral("camera:%1").arg(std::max(0, command.camera));
    hooks.live.settings = std::make_shared<QSettings>(QStringLiteral("Sightline"), QStringLiteral("Sightline"));
    if (!isUnattended) {
        hooks.sessionFolder =
            QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation) + QStringLiteral("/windows");
    }
    std::unique_ptr<PageScreenshots> pages;
    if (!command.screenshots.empty()) {
        pages = std::make_unique<PageScreenshots>(command.screenshots);
        pages->prepare(hooks);
    }
    if (isUnattended) {  // nobody is there to close a dialog
        hooks.setShowError([](QWidget*, const QString&, const QString& text) {
            fmt::print(stderr, "sightline: {}\n", text.toStdString());
            QApplication::exit(kExitInputFailed);
        });
    }
    const auto model = std::make_shared<ModelInUse>(modelFile(settings.model));
    const auto budget = std::make_shared<ThreadBudget>(settings.threads);
    const auto load = [model, budget, views = settings.views] { return loadObeying(model->path(), budget, views); };
    hooks.video.project.loadCaptioner = load;
    hooks.video.queue = queueHooks(load);
    hooks.video.description.speechModel = resourceFile("resources/silero_vad.jit");
    hooks.video.description.speechCache = cacheFolder().empty() ? cacheFolder() : cacheFolder() / "speech";
    guardLab(hooks.lab);
    hooks.lab.clip.file = resourceFile("resources/sample.mp4");
    std::function<void()> reload;  // once there is a window
    const CpuSettingsStore store = cpuSettingsStore(settings, budget, model, [&reload] { reload(); });
    hooks.lab.settings = store;
    hooks.models = ModelMenu::shipped(modelFile("base"));
    hooks.logFile = QString::fromStdString(log.string());
    MainWindow window(std::move(hooks));
    reload = [&window, load, beams = settings.beams] {
        window.setModel(
            [load]() -> Result<std::unique_ptr<Captioner>> {
                auto captioner = load();
                if (!captioner) {
                    return captioner;
                }
                return reusing(std::move(*captioner));
            },
            beams);
    };
    window.video().setLoop(command.loop || command.sample);
    window.show();
    PlayerPane& player = command.camera >= 0 ? window.live().player() : window.video().player();
    new StartupLog(window, player.bridge());
    if (*source && command.camera >= 0) {
        source->reset();  // it can be opened; the page does so anew and comes back to it when it was unplugged
        window.live().openAddress(QStringLiteral("camera:%1").arg(command.camera));
    } else if (*source) {
        window.video().openSource(std::move(*source), QString::fromStdString(namedFile(command)));
    } else if (!command.input.empty()) {
        window.video().openVideo(QString::fromStdString(command.input));
    }
    if (isUnattended || !needsTrust(model->path())) {
        reload();
    } else {
        QTimer::singleShot(0, &window, [&reload, model] {
            if (!mayLoad(model->path())) {
                model->set(modelFile({}));  // for this time: the settings keep the other
            }
            reload();
        });
    }
    if (!settings.missingModel.empty() && settings.model.empty()) {
        window.warn(
            MainWindow::tr("The model %1 is not there any more. The one that comes with Sightline captions instead; "
                           "the Model menu adds another.")
                .arg(QString::fromStdString(settings.missingModel)));
    }
    if (const auto report = newCrashReport(records / kCrashFolder); report && !isUnattended) {
        logger("app")->info("A report of a crash is offered: {}", report->string());
        window.offerCrashReport(QString::fromStdString(report->string()),
                                [folder = records / kCrashFolder] { acknowledgeCrashReports(folder); });
    }
    if (instance) {
        instance->onRequest([&window](const OpenRequest& request) { showAndOpen(window, request); });
    }
    const bool isNamed = *source || !command.input.empty() || isUnattended;
    if (!isNamed && threadsAreUnset() && settings.threads == Settings().threads) {
        QTimer::singleShot(kQuickTuneDelay, &window, [&window, store] {
            if (!window.isPlaying() && !needsTrust(store.current().model)) {       // else at another start
                window.startQuickTune([store] { store.apply(store.current()); });  // stored: this was the last time
            }
        });
    }

    if (!command.screenshot.empty()) {
        auto* settle = new QTimer(&window);
        settle->setSingleShot(true);
        QObject::connect(settle, &QTimer::timeout, &window, [&] { saveScreenshot(window, command.screenshot); });
        QObject::connect(&player.bridge(), &SessionBridge::captionReady, &window, [&player, settle] {
            if (player.session().captions().latest() && !settle->isActive()) {
                settle->start(kScreenshotDelay);
            }
        });
        QTimer::singleShot(kScreenshotLimit, &window, [] {
            fmt::print(stderr, "sightline: no caption came within a minute, so there is no screenshot.\n");
            QApplication::exit(kExitInputFailed);
        });
    }
    if (pages) {
        pages->take(window, [](const QString& problem) {
            if (!problem.isEmpty()) {
                fmt::print(stderr, "sightline: {}.\n", problem.toStdString());
            }
            QApplication::exit(problem.isEmpty() ? kExitOk : kExitInputFailed);
        });
    }
    return QApplication::exec();
}

}  // namespace sightline
