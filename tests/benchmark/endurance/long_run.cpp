// Whether the window can go on for ever: long_run live|still|queue|edits MODEL [AMOUNT]
//
// live   AMOUNT hours (8) of a camera of 25 pictures a second, another scene every two seconds
// still  AMOUNT hours (24) of a camera that sees one picture
// queue  AMOUNT videos (2,000) of a second, captioned one after the other
// edits  AMOUNT cues (10,000) of one video edited and undone again, three times
//
// The camera gives its pictures as fast as kHaste says, so an hour of it takes less. Captions are made by the real
// model as often as the CPU can. Prints a line of figures now and then (CSV) and what became of memory, open files and
// threads after warm-up, the first fifth. Fails when memory grew by more than 20 MB, a file or a thread was left, or,
// of live and still, the frame time of the window's thread has a p99 of 33 ms or more. Run it with
// QT_QPA_PLATFORM=offscreen.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <mutex>

#include <QApplication>
#include <QFile>
#include <QTemporaryDir>
#include <QTimer>

#include <fmt/format.h>

#include "app/load_captioner.h"
#include "app/queue_hooks.h"
#include "core/base/system_load.h"
#include "core/media/files/ffmpeg_file_source.h"
#include "tests/benchmark/editor/made_project.h"
#include "ui/live/frame_clock.h"
#include "ui/main_window.h"

namespace sightline {
namespace {

using std::chrono::steady_clock;

constexpr double kHaste = 20.0;                         // times the speed of a real camera
constexpr auto kFrame = std::chrono::milliseconds(40);  // of the camera's own time
constexpr std::uint64_t kFramesOfScene = 50;
constexpr double kFramesOfHour = 90'000.0;
constexpr double kWarmUp = 0.2;
constexpr double kMostGrowthMegabytes = 20.0;
constexpr auto kMostFrameTime = std::chrono::milliseconds(33);
constexpr int kSamples = 200;
constexpr int kRounds = 3;  // of edits

// What the process has at one moment.
struct Sample {
    double megabytes = 0.0;
    int files = 0;
    int threads = 0;
};

Sample sampleProcess() {
    const SystemSample system = sampleSystem();
    const auto files = std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
    return {static_cast<double>(system.residentBytes) / 1e6, static_cast<int>(files), system.threads};
}

// The figures of a run, and the verdict.
class Curve {
public:
    Curve() {
        frames_.start();
        fmt::print("done,seconds,megabytes,files,threads,p99_ms\n");
    }

    // `done` 0..1
    void note(double done) {
        if (done < next_) {
            return;
        }
        next_ += 1.0 / kSamples;
        const Sample now = sampleProcess();
        const auto time = frames_.frameTime();
        const double p99 = time ? toMilliseconds(time->p99) : 0.0;
        if (done >= kWarmUp) {
            after_.push_back(now);
            slowest_.push_back(p99);
        }
        fmt::print("{:.4f},{:.1f},{:.1f},{},{},{:.1f}\n", done, toSeconds(steady_clock::now() - began_), now.megabytes,
                   now.files, now.threads, p99);
        std::fflush(stdout);
    }

    // Prints it to standard error. `paced`: the window's pace counts.
    bool judge(const char* what, bool paced) const {
        if (after_.size() < 10) {
            fmt::print(stderr, "{}: too short\n", what);
            return false;
        }
        // Means of a tenth each, so that what comes and goes does not count.
        const std::size_t few = std::max<std::size_t>(1, after_.size() / 10);
        const auto mean = [&](std::size_t from, auto member) {
            double sum = 0.0;
            for (std::size_t i = from; i < from + few; ++i) {
                sum += static_cast<double>(after_[i].*member);
            }
            return sum / static_cast<double>(few);
        };
        const auto growth = [&](auto member) { return mean(after_.size() - few, member) - mean(0, member); };
        std::vector<double> paces = slowest_;
        std::ranges::sort(paces);
        const double p99 = paces[paces.size() / 2];
        const double megabytes = growth(&Sample::megabytes);
        const double files = growth(&Sample::files);
        const double threads = growth(&Sample::threads);
        fmt::print(stderr,
                   "{}: {:.0f} s; after warm-up {:+.1f} MB, {:+.1f} files, {:+.1f} threads; frame time p99 {:.1f} ms "
                   "(median of {} readings, worst {:.1f})\n",
                   what, toSeconds(steady_clock::now() - began_), megabytes, files, threads, p99, paces.size(),
                   paces.back());
        return megabytes <= kMostGrowthMegabytes && std::lround(files) <= 0 && std::lround(threads) <= 0 &&
               (!paced || p99 < toMilliseconds(kMostFrameTime));
    }

private:
    const steady_clock::time_point began_ = steady_clock::now();
    double next_ = 0.0;
    std::vector<Sample> after_;  // warm-up
    std::vector<double> slowest_;
    FrameClock frames_;
};

// A camera in haste, that shows some pictures in turn, or one for ever.
class HastyCamera final : public FrameSource {
public:
    HastyCamera(std::vector<Image> pictures, std::atomic<std::uint64_t>& given)
        : pictures_(std::move(pictures)),
          given_(given), description_{"camera", pictures_[0].width(), pictures_[0].height(), 25.0, {}, true} {}

    const StreamDescription& description() const override { return description_; }

    Result<Frame> read() override {
        const std::uint64_t number = given_.load();
        const auto due = began_ + std::chrono::duration_cast<steady_clock::duration>(
                                      static_cast<double>(number) * std::chrono::duration<double>(kFrame) / kHaste);
        std::unique_lock lock(mutex_);
        changed_.wait_until(lock, due, [this] { return interrupted_; });
        if (interrupted_) {
            return fail(ErrorCode::Cancelled, "The camera was closed.");
        }
        const Image& shown = pictures_[number / kFramesOfScene % pictures_.size()];
        Frame frame{number,
                    0,
                    number * MediaTime(kFrame),
                    kFrame,
                    steady_clock::now(),
                    1.0,
                    Image(shown.width(), shown.height())};
        std::copy_n(shown.data(), shown.sizeBytes(), frame.image.data());
        given_ = number + 1;
        return frame;
    }

    Result<void> seek(MediaTime) override { return fail(ErrorCode::Unsupported, "A camera cannot seek."); }

    void interrupt() override {
        const std::scoped_lock lock(mutex_);
        interrupted_ = true;
        changed_.notify_all();
    }

private:
    const std::vector<Image> pictures_;
    std::atomic<std::uint64_t>& given_;
    const StreamDescription description_;
    const steady_clock::time_point began_ = steady_clock::now();
    std::mutex mutex_;
    std::condition_variable changed_;
    bool interrupted_ = false;
};

// One of each four seconds of the sample, which is one of each scene.
std::vector<Image> samplePictures(const std::filesystem::path& clip, std::size_t most) {
    std::vector<Image> pictures;
    auto source = openVideoFile(clip.string(), {});
    for (int at = 2; source && pictures.size() < most; at += 4) {
        if (!(*source)->seek(std::chrono::seconds(at))) {
            break;
        }
        auto frame = (*source)->read();
        if (!frame) {
            break;
        }
        pictures.push_back(std::move(frame->image));
    }
    return pictures;
}

bool watch(MainWindow& window, const std::filesystem::path& clip, bool still, double hours) {
    auto pictures = samplePictures(clip, still ? 1 : 4);
    if (pictures.empty()) {
        fmt::print(stderr, "cannot read {}\n", clip.string());
        return false;
    }
    std::atomic<std::uint64_t> given = 0;
    window.live().player().session().steady().setSteadiness(0.0);  // each caption that differs is one of the history
    window.live().openSource(std::make_unique<HastyCamera>(std::move(pictures), given));
    Curve curve;
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, &window, [&] {
        const double done = static_cast<double>(given) / (hours * kFramesOfHour);
        curve.note(done);
        if (done >= 1.0) {
            QCoreApplication::quit();
        }
    });
    timer.start(std::chrono::milliseconds(100));
    QCoreApplication::exec();
    const std::uint64_t dropped = window.live().player().session().metrics().dropped;
    fmt::print(stderr, "{} frames, {} of them captioned\n", given.load(), given.load() - dropped);
    window.live().stop();
    return curve.judge(still ? "still" : "live", true);
}

bool annotateMany(MainWindow& window, const QString& folder, const QString& clip, int videos) {
    auto& queue = *window.findChild<AnnotationQueue*>();
    QStringList names;
    for (int i = 0; i < videos; ++i) {
        names << QStringLiteral("%1/%2.mp4").arg(folder).arg(i);
        if (!QFile::copy(clip, names.back())) {
            fmt::print(stderr, "cannot write {}\n", names.back().toStdString());
            return false;
        }
    }
    Curve curve;
    int done = 0;
    int failed = 0;
    QObject::connect(&queue, &AnnotationQueue::entryChanged, &window, [&](int index) {
        const auto state = queue.entries()[static_cast<std::size_t>(index)].state;
        if (state == AnnotationQueue::State::Done || state == AnnotationQueue::State::Failed) {
            failed += state == AnnotationQueue::State::Failed ? 1 : 0;
            curve.note(static_cast<double>(++done) / videos);
        }
    });
    QObject::connect(&queue, &AnnotationQueue::finished, &window, [] { QCoreApplication::quit(); });
    window.video().annotateFiles(names);
    QCoreApplication::exec();
    fmt::print(stderr, "{} videos, {} failed\n", done, failed);
    return curve.judge("queue", false) && failed == 0 && done == videos;
}

bool editMany(MainWindow& window, const QString& video, int cues) {
    if (!makeProject(video.toStdString(), cues, std::chrono::hours(3)) || !window.video().openVideo(video)) {
        return false;
    }
    ProjectDocument* document = window.video().project().document();
    const Cues before = document->cues();
    Curve curve;
    const double all = 2.0 * kRounds * cues;
    double done = 0.0;
    const auto step = [&] {
        done += 1.0;
        QCoreApplication::processEvents();
        curve.note(done / all);
    };
    for (int round = 0; round < kRounds; ++round) {
        for (int i = 0; i < cues; ++i) {
            document->setText(i, QStringLiteral("Somebody wrote this in round %1, at %2").arg(round).arg(i));
            step();
        }
        while (document->undoStack().canUndo()) {
            document->undoStack().undo();
            step();
        }
    }
    const bool same = document->cues() == before;
    fmt::print(stderr, "{:.0f} edits and undos, {}\n", done, same ? "all cues as they were" : "CUES ARE OTHERS");
    return curve.judge("edits", false) && same;
}

}  // namespace
}  // namespace sightline

int main(int argc, char** argv) {
    using namespace sightline;
    QApplication application(argc, argv);
    const QString what = application.arguments().value(1);
    if (argc < 3 || !QStringList{"live", "still", "queue", "edits"}.contains(what)) {
        fmt::print(stderr, "usage: long_run live|still|queue|edits MODEL [AMOUNT]\n");
        return 2;
    }
    const double amount = argc > 3           ? std::atof(argv[3])
                          : what == u"live"  ? 8.0
                          : what == u"still" ? 24.0
                          : what == u"queue" ? 2000.0
                                             : 10'000.0;
    const QTemporaryDir folder;
    const QString clip = folder.filePath("clip.mp4");
    const std::string cut = fmt::format("ffmpeg -v error -ss 3 -t {} -i '{}' -an -vf scale=320:-2 '{}'",
                                        what == u"queue" ? 1 : 16, SIGHTLINE_SAMPLE, clip.toStdString());
    if (std::system(cut.c_str()) != 0) {
        fmt::print(stderr, "long_run: ffmpeg did not make a clip.\n");
        return 2;
    }
    const auto budget = std::make_shared<ThreadBudget>(2);
    const auto load = [model = std::string(argv[2]), budget] { return loadObeying(model, budget, 1); };
    MainWindowHooks hooks = MainWindowHooks::standard();
    hooks.setShowError([](QWidget*, const QString& title, const QString& text) {
        fmt::print(stderr, "{}: {}\n", title.toStdString(), text.toStdString());
    });
    hooks.live.settings = nullptr;
    hooks.live.historyFolder = folder.path();
    hooks.video.project.unsavedFolder = folder.filePath("unsaved").toStdString();
    hooks.video.queue = queueHooks(load);
    MainWindow window(hooks);
    window.setModel(load, 0);
    window.show();
    const int count = static_cast<int>(amount);
    const bool holds = what == u"queue"   ? annotateMany(window, folder.path(), clip, count)
                       : what == u"edits" ? editMany(window, clip, count)
                                          : watch(window, clip.toStdString(), what == u"still", amount);
    return holds ? 0 : 1;
}
