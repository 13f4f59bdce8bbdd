#include "app/page_screenshots.h"

#include <QDir>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>
#include <QTimer>

#include "app/resource_files.h"
#include "ui/main_window.h"
#include "ui/message_bar.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

constexpr auto kLimit = 10min;
constexpr auto kSettle = 2s;  // thumbnails are there, the first steps gone
constexpr auto kLive = 11s;   // three of the sample's scenes
constexpr auto kShown = 5s;   // of the sample, under the playhead
constexpr int kRepetitions = 5;
constexpr QSize kSize(1320, 800);  // of the window, whatever screen there is

}  // namespace

void PageScreenshots::prepare(MainWindowHooks& hooks) const {
    hooks.video.project.unsavedFolder = kept_.filePath(QStringLiteral("unsaved")).toStdString();
    hooks.lab.historyFolder = kept_.filePath(QStringLiteral("benchmarks")).toStdString();
    hooks.live.settings = nullptr;
    hooks.live.listCameras = [] { return std::vector<Camera>(); };  // they name what is plugged in here
}

void PageScreenshots::take(MainWindow& window, std::function<void(const QString& problem)> over) {
    window_ = &window;
    over_ = std::move(over);
    window.resize(kSize);
    QTimer::singleShot(kLimit, this, [this] { finish(QStringLiteral("the pages were not ready within 10 minutes")); });
    annotate();
}

void PageScreenshots::annotate() {
    const QString clip = kept_.filePath(QStringLiteral("sample.mp4"));
    if (!QFile::copy(QString::fromStdString(resourceFile("resources/sample.mp4").string()), clip) ||
        !window_->video().openVideo(clip)) {
        finish(QStringLiteral("the sample clip cannot be opened"));
        return;
    }
    window_->findChild<MessageBar*>()->hide();
    ProjectController& project = window_->video().project();
    connect(&project, &ProjectController::changed, this, [this, &project] {
        if (project.document() && project.document()->project().captioner && !project.annotating()) {
            project.disconnect(this);
            chooseCue();
        }
    });
    project.annotate();
}

void PageScreenshots::chooseCue() {
    window_->video().player().session().setPaused(true);
    window_->video().player().session().seek(kShown);
    window_->video().setCurrentCue(window_->video().project().document()->cueAt(kShown));
    grab("screenshot.png", &PageScreenshots::watchLive);
}

void PageScreenshots::watchLive() {
    QDir::setCurrent(kept_.path());  // the address is in the picture
    window_->live().openAddress(QStringLiteral("sample.mp4"));
    QTimer::singleShot(kLive, this, [this] { grab("screenshot_live.png", &PageScreenshots::measureThreads); });
}

void PageScreenshots::measureThreads() {
    window_->live().player().close();  // what is measured has the CPU for itself
    window_->findChild<QTabWidget*>(QStringLiteral("pages"))->setCurrentWidget(&window_->lab());
    window_->lab().findChild<QSpinBox*>(QStringLiteral("repetitions"))->setValue(kRepetitions);
    connect(&window_->lab(), &ThreadLabPage::runKept, this, [this] { grab("screenshot_lab.png", nullptr); });
    window_->lab().findChild<QPushButton*>(QStringLiteral("startSweep"))->click();
}

void PageScreenshots::grab(const char* name, void (PageScreenshots::*next)()) {
    QTimer::singleShot(kSettle, this, [this, name, next] {
        const auto file = folder_ / name;
        if (!window_->grab().save(QString::fromStdString(file.string()), "PNG")) {
            finish(QStringLiteral("cannot write %1. Check the folder and its permissions")
                       .arg(QString::fromStdString(file.string())));
        } else if (next) {
            (this->*next)();
        } else {
            finish({});
        }
    });
}

void PageScreenshots::finish(const QString& problem) {
    if (auto over = std::exchange(over_, nullptr)) {
        over(problem);
    }
}

}  // namespace sightline
