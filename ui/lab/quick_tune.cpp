#include "ui/lab/quick_tune.h"

#include <algorithm>
#include <utility>

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

#include "core/benchmark/recommendation.h"
#include "core/inference/bundle.h"

namespace sightline {
namespace {

// How much is measured, and for how long.
struct Pace {
    int pictures;
    int repetitions;                      // of each count of threads
    std::chrono::milliseconds lastBegin;  // of a visit
    std::chrono::milliseconds limit;
};
constexpr Pace kIdle{8, 4, std::chrono::milliseconds(6500),
                     std::chrono::milliseconds(9500)};  // a visit takes a second or two
constexpr Pace kBusy{4, 3, std::chrono::milliseconds(5500), std::chrono::milliseconds(8000)};
constexpr Pace kImportedIdle{2, 4, std::chrono::seconds(40),
                             std::chrono::seconds(60)};  // ten times as large, ten times as slow
constexpr Pace kImportedBusy{1, 3, std::chrono::seconds(30), std::chrono::seconds(50)};
constexpr std::size_t kMostCounts = 4;  // of threads, so that each is measured twice in time

bool complete(const BenchmarkReport& report) {
    return std::all_of(report.results.begin(), report.results.end(),
                       [](const SettingResult& result) { return !result.repetitions.empty(); });
}

}  // namespace

std::vector<int> quickTuneThreads(int fastCores) {
    std::vector<int> counts;
    for (int threads = 1; threads < fastCores && counts.size() + 1 < kMostCounts; threads *= 2) {
        counts.push_back(threads);
    }
    counts.push_back(std::max(1, fastCores));
    return counts;
}

QuickTune::QuickTune(const ThreadLabHooks& hooks, QWidget* parent)
    : QFrame(parent), hooks_(hooks), runner_(hooks_.makeRunner, hooks_.sampleMachine) {
    setObjectName("quickTune");
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::ToolTipBase);  // as a message
    auto* label = new QLabel(tr("Finding the best number of CPU threads…"), this);
    label->setForegroundRole(QPalette::ToolTipText);
    label->setWordWrap(true);
    auto* skipButton = new QToolButton(this);
    skipButton->setObjectName("skipQuickTune");
    skipButton->setText(tr("Skip"));
    skipButton->setAccessibleName(tr("Skip finding the number of threads"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(10, 4, 6, 4);
    row->addWidget(label, 1);
    row->addWidget(skipButton);
    connect(skipButton, &QToolButton::clicked, this, &QuickTune::skip);
    connect(&runner_, &SweepRunner::finished, this, [this](const BenchmarkReport& report, bool) { finish(report); });
    connect(&runner_, &SweepRunner::failed, this, [this](const QString&) {
        const bool isDecided = !idleAnswer_.isEmpty();
        end(isDecided ? idleAnswer_ : tr("The number of threads could not be measured; it stays as it is."), isDecided);
    });
    limit_.setSingleShot(true);
    connect(&limit_, &QTimer::timeout, this, [this] { runner_.cancel(); });
}

void QuickTune::start() { measure(0); }

void QuickTune::measure(int busyPrograms) {
    const auto manifest = readManifest(hooks_.settings.current().model);
    const bool imported = manifest && manifest->imported;
    const Pace& pace = busyPrograms > 0 ? (imported ? kImportedBusy : kBusy) : (imported ? kImportedIdle : kIdle);
    BenchmarkClip clip = hooks_.clip;
    clip.pictures = pace.pictures;
    SweepOptions options = hooks_.options;
    options.repetitionsPerVisit = busyPrograms > 0 ? pace.repetitions : 2;
    options.leastRepetitions = options.mostRepetitions = pace.repetitions;
    options.coolDown = std::chrono::milliseconds(0);
    options.patience = std::chrono::milliseconds(1000);
    options.limit = pace.lastBegin;
    runner_.start(
        [busyPrograms, describe = hooks_.describeModel,
         file = hooks_.settings.current().model]() -> Result<std::vector<BenchmarkSetting>> {
            auto model = describe(file);
            if (!model) {
                return tl::unexpected(model.error());
            }
            SettingsGrid grid;
            grid.models = {std::move(*model)};
            grid.threads = quickTuneThreads(readMachineFacts().fastCores);
            grid.busyPrograms = {busyPrograms};
            return grid.settings();
        },
        clip, options);
    limit_.start(pace.limit);
}

void QuickTune::skip() {
    limit_.stop();
    runner_.abandon();
    end(!idleAnswer_.isEmpty() ? idleAnswer_
                               : tr("Skipped. The thread lab finds the best number of threads at any time."));
}

void QuickTune::finish(const BenchmarkReport& report) {
    limit_.stop();
    if (idleAnswer_.isEmpty()) {
        finishIdle(report);
        return;
    }
    const BenchmarkSetting* best =
        recommendedSetting(recommend(report.results, report.machine.logicalCpus), report.results);
    if (!complete(report) || !best) {
        end(idleAnswer_);
        return;
    }
    end(idleAnswer_ + QLatin1Char(' ') +
        (best->threads == 1
             ? tr("Beside busy programs it is 1; captions find that by themselves.")
             : tr("Beside busy programs it is %1; captions find that by themselves.").arg(best->threads)));
}

void QuickTune::finishIdle(const BenchmarkReport& report) {
    const auto answers = recommend(report.results, report.machine.logicalCpus);
    const BenchmarkSetting* best = recommendedSetting(answers, report.results);
    if (!complete(report) || !best || answers.front().noise == Noise::VeryNoisy || answers.front().otherPrograms) {
        end(tr("The CPU was too busy to find the best number of threads; it stays as it is. The thread lab finds it at "
               "any time."),
            false);
        return;
    }
    CpuSettings settings = hooks_.settings.current();
    settings.threads = best->threads;
    hooks_.settings.apply(settings);
    idleAnswer_ = settings.threads == 1
                      ? tr("Captions are made with 1 thread, which is best here.")
                      : tr("Captions are made with %1 threads, which is best here.").arg(settings.threads);
    measure(report.machine.logicalCpus);
}

void QuickTune::end(const QString& message, bool isDecided) {
    if (!std::exchange(over_, true)) {
        hide();
        emit over(message, isDecided);
    }
}

}  // namespace sightline
