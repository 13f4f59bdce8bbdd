#include "ui/lab/quick_tune.h"

#include <algorithm>
#include <utility>

#include <QHBoxLayout>
#include <QLabel>
#include <QTimer>
#include <QToolButton>

#include "core/benchmark/recommendation.h"
#include "core/inference/bundle.h"

namespace sightline {
namespace {

// How much is measured, and for how long.
struct Pace {
    int pictures;
    std::chrono::milliseconds lastBegin;  // of a visit
    std::chrono::milliseconds limit;
};
constexpr Pace kOwn{8, std::chrono::milliseconds(6500),
                    std::chrono::milliseconds(9500)};  // a visit takes a second or two
constexpr Pace kImported{2, std::chrono::seconds(40),
                         std::chrono::seconds(60)};  // ten times as large, ten times as slow
constexpr std::size_t kMostCounts = 4;               // of threads, so that each is measured twice in time

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
    connect(&runner_, &SweepRunner::failed, this,
            [this](const QString&) { end(tr("The number of threads could not be measured; it stays as it is.")); });
}

void QuickTune::start() {
    const auto manifest = readManifest(hooks_.settings.current().model);
    const Pace& pace = manifest && manifest->imported ? kImported : kOwn;
    BenchmarkClip clip = hooks_.clip;
    clip.pictures = pace.pictures;
    SweepOptions options = hooks_.options;
    options.repetitionsPerVisit = 2;
    options.leastRepetitions = options.mostRepetitions = 4;
    options.coolDown = std::chrono::milliseconds(0);
    options.patience = std::chrono::milliseconds(1000);
    options.limit = pace.lastBegin;
    runner_.start(
        [describe = hooks_.describeModel,
         file = hooks_.settings.current().model]() -> Result<std::vector<BenchmarkSetting>> {
            auto model = describe(file);
            if (!model) {
                return tl::unexpected(model.error());
            }
            SettingsGrid grid;
            grid.models = {std::move(*model)};
            grid.threads = quickTuneThreads(readMachineFacts().fastCores);
            return grid.settings();
        },
        clip, options);
    QTimer::singleShot(pace.limit, this, [this] { runner_.cancel(); });
}

void QuickTune::skip() {
    runner_.abandon();
    end(tr("Skipped. The thread lab finds the best number of threads at any time."));
}

void QuickTune::finish(const BenchmarkReport& report) {
    const bool complete = std::all_of(report.results.begin(), report.results.end(),
                                      [](const SettingResult& result) { return !result.repetitions.empty(); });
    const auto answers = recommend(report.results, report.machine.logicalCpus);
    const BenchmarkSetting* best = recommendedSetting(answers, report.results);
    if (!complete || !best || answers.front().noise == Noise::VeryNoisy || answers.front().otherPrograms) {
        end(
            tr("The CPU was too busy to find the best number of threads; it stays as it is. The thread lab finds it at "
               "any time."));
        return;
    }
    CpuSettings settings = hooks_.settings.current();
    settings.threads = best->threads;
    hooks_.settings.apply(settings);
    end(settings.threads == 1 ? tr("Captions are made with 1 thread, which is best here.")
                              : tr("Captions are made with %1 threads, which is best here.").arg(settings.threads));
}

void QuickTune::end(const QString& message) {
    if (!std::exchange(over_, true)) {
        hide();
        emit over(message);
    }
}

}  // namespace sightline
