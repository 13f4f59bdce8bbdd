#include "app/window_command.h"

#include <fmt/format.h>
#include <algorithm>

#include <QApplication>
#include <QTimer>

#include "app/exit_codes.h"
#include "app/model_file.h"
#include "app/resource_files.h"
#include "core/captions/project.h"
#include "core/inference/torchscript_captioner.h"
#include "core/media/camera_source.h"
#include "core/media/ffmpeg_file_source.h"
#include "ui/main_window.h"
#include "ui/translations.h"

namespace sightline {
namespace {

constexpr auto kScreenshotDelay = std::chrono::seconds(3);  // after the first caption, for the counters to settle
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
    return openVideoFile(file);
}

void saveScreenshot(MainWindow& window, const std::string& path) {
    const bool saved = window.grab().save(QString::fromStdString(path), "PNG");
    if (!saved) {
        fmt::print(stderr, "sightline: cannot write {}. Check the folder and its permissions.\n", path);
    }
    QApplication::exit(saved ? kExitOk : kExitInputFailed);
}

}  // namespace

int runWindowCommand(const WindowCommand& command, const Settings& settings, int& argc, char** argv) {
    auto source = openNamed(command);
    if (!source) {
        fmt::print(stderr, "sightline: {}\n", source.error().message);
        return command.camera >= 0 ? kExitCamera : kExitInputFailed;
    }
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("Sightline"));
    QApplication::setOrganizationName(QStringLiteral("Sightline"));
    QApplication::setApplicationVersion(QStringLiteral(SIGHTLINE_VERSION));

    installTranslations(application, QLocale::system());
    MainWindowHooks hooks = MainWindowHooks::standard();
    hooks.live.openCamera = [index = std::max(0, command.camera)] {
        CameraOptions options;
        options.index = index;
        return openCamera(options);
    };
    if (!command.screenshot.empty()) {  // nobody is there to close a dialog
        hooks.setShowError([](QWidget*, const QString&, const QString& text) {
            fmt::print(stderr, "sightline: {}\n", text.toStdString());
            QApplication::exit(kExitInputFailed);
        });
    }
    const auto model = modelFile(settings);
    const auto load = [model, threads = settings.threads] { return loadCaptioner(model, threads); };
    hooks.video.project.loadCaptioner = load;
    MainWindow window(std::move(hooks));
    window.video().setLoop(command.loop || command.sample);
    window.show();
    PlayerPane& player = command.camera >= 0 ? window.live().player() : window.video().player();
    if (*source && command.camera >= 0) {
        window.live().openSource(std::move(*source));
    } else if (*source) {
        window.video().openSource(std::move(*source), QString::fromStdString(namedFile(command)));
    } else if (!command.input.empty()) {
        window.video().openVideo(QString::fromStdString(command.input));
    }
    window.setModel(load, settings.beams);

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
    return QApplication::exec();
}

}  // namespace sightline
