#include "ui/lab/ranges_panel.h"

#include <algorithm>

#include <QCheckBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QSpinBox>

#include "core/benchmark/machine_facts.h"
#include "ui/lab/named_widgets.h"

namespace sightline {
namespace {

constexpr int kMostThreads = 256;
constexpr int kMostBeams = 16;
constexpr int kProgressSteps = 1000;
constexpr int kThreadsAtFirst = 8;  // of a first sweep; many more rarely help a network this small

}  // namespace

RangesPanel::RangesPanel(const SweepOptions& options, ModelChooser chooseModels, QWidget* parent)
    : QGroupBox(tr("Measure"), parent), chooseModels_(std::move(chooseModels)),
      cpus_(std::max(1, readMachineFacts().logicalCpus)) {
    const int most = std::clamp(cpus_ + cpus_ / 2, 2, kThreadsAtFirst);  // past the knee, so that it is seen
    threads_ = named(new QLineEdit(QStringLiteral("1-%1").arg(most), this), "threads", tr("Intra-op threads"));
    threads_->setToolTip(tr("Threads that share the work of one layer, as 1-4 or 1,2,8"));
    interOp_ = named(new QLineEdit(QStringLiteral("1"), this), "interOp", tr("Inter-op threads"));
    interOp_->setToolTip(
        tr("Threads that run branches of a network side by side. The shipped network has none, so this "
           "makes no difference to it."));
    beams_ = named(new QLineEdit(QStringLiteral("0"), this), "beams", tr("Beams"));
    beams_->setToolTip(tr("Beams of the caption search: 1 is greedy, 0 the model's own"));
    pinned_ = named(new QCheckBox(tr("also pinned to cores"), this), "pinned", tr("Also pinned to cores"));
    pinned_->setToolTip(tr("Measure each setting also with each thread on a core of its own, fast cores first"));
    overlapped_ = named(new QCheckBox(tr("also overlapped"), this), "overlapped", tr("Also overlapped"));
    overlapped_->setToolTip(
        tr("Measure each setting also with the next picture encoded while a caption is generated, as videos are "
           "captioned"));
    busy_ = named(new QCheckBox(tr("also beside busy programs"), this), "busy", tr("Also beside busy programs"));
    busy_->setToolTip(tr(
        "Measure each setting also while as many programs as there are CPUs keep them busy. They are made for it, and "
        "end with it."));
    busy_->setChecked(true);
    repetitions_ = named(new QSpinBox(this), "repetitions", tr("Repetitions at most"));
    repetitions_->setRange(1, 1000);
    repetitions_->setValue(options.mostRepetitions);
    seed_ = named(new QSpinBox(this), "seed", tr("Seed of the order"));
    seed_->setRange(0, 1'000'000);
    seed_->setValue(static_cast<int>(options.seed));
    modelNames_ = named(new QLabel(tr("the one in use"), this), "models", tr("Bundles"));
    modelNames_->setWordWrap(true);
    modelNames_->setMinimumWidth(modelNames_->fontMetrics().horizontalAdvance(modelNames_->text()) + 2);
    auto* choose = button(
        tr("Bundles…"), "chooseModels",
        tr("Compare bundles of other precisions. Sightline comes with an int8 one only; models/ makes one of fp32."),
        this);
    start_ = button(tr("Start"), "startSweep", tr("Measure all settings, in random order"), this);
    cancel_ = button(tr("Cancel"), "cancelSweep", tr("Stop, and keep what was measured"), this);
    progress_ = named(new QProgressBar(this), "sweepProgress", tr("Progress"));
    progress_->setRange(0, kProgressSteps);
    progress_->setFormat(tr("%p%"));
    status_ = named(new QLabel(this), "sweepStatus", tr("What happens now"));
    status_->setWordWrap(true);
    status_->setMinimumHeight(3 * status_->fontMetrics().lineSpacing());
    status_->setAlignment(Qt::AlignTop | Qt::AlignLeft);

    auto* models = new QHBoxLayout;
    models->addWidget(modelNames_, 1);
    models->addWidget(choose);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(start_);
    buttons->addWidget(cancel_);
    auto* form = new QFormLayout(this);
    form->addRow(tr("Threads"), threads_);
    form->addRow(tr("Beams"), beams_);
    form->addRow(tr("Inter-op"), interOp_);
    form->addRow(tr("Bundles"), models);
    form->addRow(tr("Affinity"), pinned_);
    form->addRow(tr("Pipeline"), overlapped_);
    form->addRow(tr("Load"), busy_);
    form->addRow(tr("Repetitions"), repetitions_);
    form->addRow(tr("Seed"), seed_);
    form->addRow(buttons);
    form->addRow(progress_);
    form->addRow(status_);

    connect(start_, &QPushButton::clicked, this, &RangesPanel::startRequested);
    connect(cancel_, &QPushButton::clicked, this, [this] {
        cancels_ = true;
        status_->setText(tr("Cancelling…"));
        emit cancelRequested();
    });
    connect(choose, &QPushButton::clicked, this, &RangesPanel::chooseModels);
}

void RangesPanel::chooseModels() {
    const QStringList files = chooseModels_(window());
    if (files.isEmpty()) {
        return;
    }
    models_.clear();
    QStringList names;
    for (const QString& file : files) {
        models_.emplace_back(file.toStdString());
        names << QFileInfo(file).fileName();
    }
    modelNames_->setText(names.join(QStringLiteral(", ")));
}

Result<SettingsGrid> RangesPanel::grid() const {
    SettingsGrid read;
    const std::tuple<QLineEdit*, int, int, std::vector<int>*> fields[] = {
        {threads_, 1, kMostThreads, &read.threads},
        {interOp_, 1, kMostThreads, &read.interOp},
        {beams_, 0, kMostBeams, &read.beams},
    };
    for (const auto& [field, least, most, into] : fields) {
        auto numbers = parseNumbers(field->text().toStdString(), least, most);
        if (!numbers) {
            return tl::unexpected(numbers.error());
        }
        *into = std::move(*numbers);
    }
    if (pinned_->isChecked()) {
        read.affinities.push_back(Affinity::Cores);
    }
    if (overlapped_->isChecked()) {
        read.pipelines.push_back(Pipeline::Overlapped);
    }
    if (busy_->isChecked()) {
        read.busyPrograms.push_back(cpus_);
    }
    return read;
}

SweepOptions RangesPanel::options(SweepOptions base) const {
    base.mostRepetitions = repetitions_->value();
    base.leastRepetitions = std::min(base.leastRepetitions, base.mostRepetitions);
    base.seed = static_cast<std::uint64_t>(seed_->value());
    return base;
}

void RangesPanel::showRunning(bool running, const QString& text) {
    cancels_ = false;
    // What is disabled with the focus gives it to the next control, and the page scrolls there.
    QPushButton* next = running ? cancel_ : start_;
    QPushButton* last = running ? start_ : cancel_;
    next->setEnabled(true);
    if (last->hasFocus()) {
        next->setFocus();
    }
    last->setEnabled(false);
    progress_->setVisible(running);
    progress_->setValue(0);
    status_->setText(text);
}

void RangesPanel::showProgress(double fraction, const QString& text) {
    progress_->setValue(static_cast<int>(fraction * kProgressSteps));
    if (!cancels_) {  // else "Cancelling…" stays
        status_->setText(text);
    }
}

}  // namespace sightline
