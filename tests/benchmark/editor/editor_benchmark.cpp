// How long the real window takes for what people do again and again, with 5,000 cues over 3 hours:
//   editor_benchmark [video of about 3 h; one is made by ffmpeg without it]
#include <algorithm>
#include <filesystem>
#include <functional>

#include <QAction>
#include <QApplication>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest>

#include <fmt/format.h>

#include "tests/benchmark/editor/made_project.h"
#include "ui/main_window.h"
#include "ui/video/timeline_view.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

constexpr int kCues = 5000;
constexpr auto kLength = 3h;
constexpr int kRuns = 200;

class Measurement {
public:
    // Until what `act` changed is painted.
    void time(const std::function<void()>& act) {
        const auto start = std::chrono::steady_clock::now();
        act();
        QCoreApplication::sendPostedEvents();
        QCoreApplication::processEvents();
        ms_.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    }

    void print(const char* name) {
        std::ranges::sort(ms_);
        const auto at = [this](double share) {
            return ms_[static_cast<std::size_t>(share * static_cast<double>(ms_.size() - 1))];
        };
        fmt::print("| {} | {:.1f} | {:.1f} | {:.1f} |\n", name, at(0.5), at(0.95), ms_.back());
    }

private:
    std::vector<double> ms_;
};

void measure(MainWindow& window) {
    auto* table = window.findChild<QTableView*>("cues");
    auto* timeline = window.findChild<TimelineView*>("timeline");
    auto* text = window.findChild<QPlainTextEdit*>("cueText");
    ProjectDocument* document = window.video().project().document();
    const auto act = [&](const char* name) { window.findChild<QAction*>(QLatin1String(name))->trigger(); };
    fmt::print("{} cues, {} runs each, ms until painted\n| | p50 | p95 | max |\n|---|---|---|---|\n",
               document->cues().size(), kRuns);

    Measurement scroll;
    for (int i = 0; i < kRuns; ++i) {
        scroll.time([&] { table->verticalScrollBar()->setValue(i * 37 % table->verticalScrollBar()->maximum()); });
    }
    scroll.print("scroll the table");

    Measurement whole;
    for (int i = 0; i < kRuns; ++i) {
        whole.time([&] { window.video().setCurrentCue(i * 23 % kCues); });
    }
    whole.print("choose a cue, timeline showing all 3 h");

    Measurement wheel;
    for (int i = 0; i < kRuns; ++i) {
        wheel.time([&] { i % 2 == 0 ? timeline->zoomIn() : timeline->zoomOut(); });
    }
    wheel.print("zoom, from all 3 h");

    for (int i = 0; i < 22; ++i) {
        timeline->zoomIn();
    }
    Measurement pan;
    for (int i = 0; i < kRuns; ++i) {
        pan.time([&] {
            timeline->horizontalScrollBar()->setValue(i * 40'009 % timeline->horizontalScrollBar()->maximum());
        });
    }
    pan.print("scroll the timeline, zoomed in");

    window.video().setCurrentCue(2500);
    text->setFocus();
    Measurement type;
    for (int i = 0; i < kRuns; ++i) {
        type.time([&] { QTest::keyClick(text, i % 6 == 5 ? Qt::Key_Space : Qt::Key_A); });
    }
    type.print("type a character");

    Measurement edit;
    for (int i = 0; i < kRuns; ++i) {
        edit.time([&] {
            document->setTimes(i * 23 % kCues, document->cues()[i * 23 % kCues].start,
                               document->cues()[i * 23 % kCues].end - 1ms);
        });
    }
    edit.print("change a cue's end");
    Measurement undo;
    for (int i = 0; i < kRuns; ++i) {
        undo.time([&] { act("undo"); });
    }
    undo.print("undo it");
    Measurement split;
    for (int i = 0; i < kRuns; ++i) {
        split.time([&] { document->remove(i * 23 % kCues / 2, 1); });
    }
    split.print("delete a cue");
    for (int i = 0; i < kRuns; ++i) {
        act("undo");
    }

    window.video().setCurrentCue(2500);
    QCoreApplication::processEvents();
    Measurement drag;
    const QPointF from = timeline->blockRect(2500).center();
    QTest::mousePress(timeline->viewport(), Qt::LeftButton, {}, from.toPoint());
    for (int i = 1; i <= kRuns; ++i) {
        const QPointF to = from + QPointF(i % 40, 0);
        QMouseEvent move(QEvent::MouseMove, to, timeline->viewport()->mapToGlobal(to), Qt::NoButton, Qt::LeftButton,
                         {});
        drag.time([&] { QApplication::sendEvent(timeline->viewport(), &move); });
    }
    drag.print("drag a cue, each move");
    Measurement drop;
    drop.time(
        [&] { QTest::mouseRelease(timeline->viewport(), Qt::LeftButton, {}, (from + QPointF(30, 0)).toPoint()); });
    drop.print("drop it (once)");

    Measurement jump;
    for (int i = 0; i < kRuns; ++i) {
        jump.time([&] { act("nextCue"); });
    }
    jump.print("jump to the next cue");
    Measurement review;
    for (int i = 0; i < kRuns; ++i) {
        review.time([&] { act("reviewAccept"); });
    }
    review.print("accept, and on to the least sure");
}

}  // namespace
}  // namespace sightline

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    const QTemporaryDir folder;
    const QString video = argc > 1 ? QString::fromLocal8Bit(argv[1]) : folder.filePath("long.mp4");
    const QString make =
        QStringLiteral("ffmpeg -v error -f lavfi -i testsrc2=s=160x90:r=2:d=10800 -g 20 %1").arg(video);
    if (argc <= 1 && std::system(qPrintable(make)) != 0) {
        fmt::print(stderr, "editor_benchmark: ffmpeg did not make a video; name one.\n");
        return 1;
    }
    if (!sightline::makeProject(video.toStdString(), sightline::kCues, sightline::kLength)) {
        return 1;
    }
    auto hooks = sightline::MainWindowHooks::standard();
    hooks.video.project.unsavedFolder = folder.filePath("unsaved").toStdString();
    sightline::MainWindow window(hooks);
    window.show();
    if (!window.video().openVideo(video) ||
        !QTest::qWaitFor([&] { return bool(window.video().player().view().frame()); })) {
        return 1;
    }
    window.video().player().session().setPaused(true);
    QTest::qWait(2000);
    sightline::measure(window);
    return 0;
}
