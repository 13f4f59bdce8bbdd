// Whether the window stays smooth: window_pace MODEL SECONDS ADDRESS...
//
// Shows the Live page, with its counters, while the real model captions the addresses in turn, ten seconds each, and
// prints the frame time of the window's thread (frame_clock.h) and the counters. Fails when p99 is 33 ms or more. Run
// it on a display, or with QT_QPA_PLATFORM=offscreen.
#include <cstdio>
#include <cstdlib>

#include <QAction>
#include <QApplication>
#include <QTimer>

#include "core/inference/bundle_captioner.h"
#include "core/inference/caption_reuse.h"
#include "ui/live/counters_dock.h"
#include "ui/main_window.h"

namespace {

using namespace sightline;

constexpr auto kMost = std::chrono::milliseconds(33);
constexpr auto kTurn = std::chrono::seconds(10);
constexpr auto kWarmUp = std::chrono::seconds(5);

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) {
        std::fprintf(stderr, "usage: window_pace MODEL SECONDS ADDRESS...\n");
        return 2;
    }
    QApplication application(argc, argv);
    MainWindow window(MainWindowHooks::standard());
    LivePage& page = window.live();
    const std::string model = argv[1];
    window.setModel(
        [model]() -> Result<std::unique_ptr<Captioner>> {
            auto captioner = loadCaptioner(model, 2);
            return captioner ? reusing(std::move(*captioner)) : std::move(captioner);
        },
        0);
    int turn = 0;
    const auto next = [&] { page.openAddress(QString::fromLocal8Bit(argv[3 + turn++ % (argc - 3)])); };
    QTimer turns;
    QObject::connect(&turns, &QTimer::timeout, &window, next);
    FrameClock clock;
    QTimer::singleShot(kWarmUp, &window, [&] { clock.start(); });
    window.show();
    window.findChild<QAction*>("counters")->setChecked(true);
    next();
    turns.start(kTurn);
    QTimer::singleShot(std::chrono::seconds(std::atoi(argv[2])), &application, &QCoreApplication::quit);
    QApplication::exec();
    const auto time = clock.frameTime();
    if (!time) {
        std::fprintf(stderr, "too short\n");
        return 2;
    }
    std::printf("UI frame time p50 %.1f, p95 %.1f, p99 %.1f ms\n%s\n", toMilliseconds(time->p50),
                toMilliseconds(time->p95), toMilliseconds(time->p99),
                qPrintable(page.findChild<CountersDock*>("countersDock")->text()));
    return time->p99 < kMost ? 0 : 1;
}
