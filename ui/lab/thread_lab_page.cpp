#include "ui/lab/thread_lab_page.h"

#include <algorithm>
#include <utility>

#include <QClipboard>
#include <QDir>
#include <QFileDialog>
#include <QGroupBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QListWidget>
#include <QMessageBox>
#include <QPushButton>
#include <QScrollArea>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QStandardPaths>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include "core/base/atomic_file.h"
#include "core/benchmark/recommendation.h"
#include "core/inference/bundle_captioner.h"
#include "core/media/files/ffmpeg_file_source.h"
#include "ui/error_text.h"
#include "ui/lab/ab_preview.h"
#include "ui/lab/comparison_panel.h"
#include "ui/lab/named_widgets.h"
#include "ui/lab/ranges_panel.h"
#include "ui/lab/result_model.h"
#include "ui/lab/sweep_charts.h"
#include "ui/player/flow_layout.h"
#include "ui/player/number_text.h"
#include "ui/scrolled.h"

namespace sightline {
namespace {

constexpr int kSideWidth = 300;
constexpr int kInUseWidth = 150;
constexpr int kComparisonTab = 1;
constexpr int kChartsHeight = 400;
constexpr int kTablesHeight = 260;

}  // namespace

ThreadLabHooks ThreadLabHooks::standard() {
    ThreadLabHooks hooks;
    hooks.makeRunner = [](const BenchmarkClip& clip) { return std::make_unique<ChildRunner>("/proc/self/exe", clip); };
    hooks.sampleMachine = [] { return sightline::sampleMachine(); };
    hooks.describeModel = [](const std::filesystem::path& path) { return sightline::describeModel(path); };
    auto kept = std::make_shared<CpuSettings>();
    hooks.settings = {[kept] { return *kept; }, [kept](const CpuSettings& settings) { *kept = settings; }};
    hooks.historyFolder =
        QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation).toStdString() + "/benchmarks";
    hooks.showError = [](QWidget* parent, const QString& title, const QString& text) {
        QMessageBox::critical(parent, title, text);
    };
    hooks.load = [](const BenchmarkSetting& setting) { return loadCaptioner(setting.model.path, setting.threads); };
    hooks.chooseModels = [](QWidget* parent) {
        return QFileDialog::getOpenFileNames(parent, ThreadLabPage::tr("Bundles to compare"), {},
                                             ThreadLabPage::tr("Model bundles (*.pt)"));
    };
    hooks.chooseSave = [](QWidget* parent, const QString& title, const QString& suggestion, const QString& filters,
                          QString& filter) {
        return QFileDialog::getSaveFileName(parent, title, suggestion, filters, &filter);
    };
    return hooks;
}

ThreadLabPage::ThreadLabPage(ThreadLabHooks hooks, QWidget* parent)
    : Page(parent), hooks_(std::move(hooks)), runner_(hooks_.makeRunner, hooks_.sampleMachine),
      history_(hooks_.historyFolder), ranges_(new RangesPanel(hooks_.options, hooks_.chooseModels, this)) {
    setObjectName("threadLabPage");
    auto* content = new QWidget;
    auto* side = new QWidget(content);
    side->setFixedWidth(std::max(kSideWidth, ranges_->minimumSizeHint().width()));
    auto* left = new QVBoxLayout(side);
    left->setContentsMargins(0, 0, 0, 0);
    left->addWidget(ranges_);
    left->addWidget(createHistory(), 1);
    auto* right = new QVBoxLayout;
    right->addWidget(createAnswer());
    right->addWidget(createResults(), 1);
    auto* row = new QHBoxLayout(content);
    row->addWidget(side);
    row->addLayout(right, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(scrolled(content));

    connect(ranges_, &RangesPanel::startRequested, this, &ThreadLabPage::startSweep);
    connect(ranges_, &RangesPanel::cancelRequested, this, [this] { runner_.cancel(); });
    connect(&runner_, &SweepRunner::began, this, &ThreadLabPage::showReport);
    connect(&runner_, &SweepRunner::phaseChanged, this, &ThreadLabPage::showPhase);
    connect(&runner_, &SweepRunner::resultChanged, this, [this](std::size_t setting, const SettingResult& result) {
        report_.results[setting] = result;
        model_->setResult(setting, result);
        charts_->setResults(report_.results, report_.machine.logicalCpus);
        showAnswer();
    });
    connect(&runner_, &SweepRunner::finished, this, [this](const BenchmarkReport& report, bool cancelled) {
        showReport(report);
        showRunning(cancelled ? tr("Cancelled; what was measured is kept.") : tr("Done."));
        const bool measured = std::any_of(report.results.begin(), report.results.end(),
                                          [](const SettingResult& result) { return !result.repetitions.empty(); });
        if (!measured) {
            return;
        }
        if (const auto kept = history_.add(report); !kept) {
            hooks_.showError(window(), tr("The run is not kept"), errorText(kept.error()));
        }
        showHistory();
        emit runKept();
    });
    connect(&runner_, &SweepRunner::failed, this, [this](const QString& message) {
        showRunning(tr("Nothing was measured."));
        hooks_.showError(window(), tr("Cannot measure"), message);
    });
    report_.machine = readMachineFacts();
    history_.load(machineName(report_.machine));
    showHistory();
    showReport(history_.runs().empty() ? report_ : history_.runs().front());
    showRunning(tr("Close other programs, then start."));
}

ThreadLabPage::~ThreadLabPage() { runner_.abandon(); }

void ThreadLabPage::enter() { showUse(); }

QWidget* ThreadLabPage::createHistory() {
    auto* box = new QGroupBox(tr("Runs on this machine"), this);
    runs_ = named(new QListWidget(box), "runs", tr("Earlier runs"));
    runs_->setWordWrap(true);
    auto* pinA = button(tr("Pin as A"), "pinA", tr("Compare the chosen run with another"), box);
    auto* pinB = button(tr("Pin as B"), "pinB", tr("Compare the chosen run with another"), box);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(pinA);
    buttons->addWidget(pinB);
    auto* column = new QVBoxLayout(box);
    column->addWidget(runs_, 1);
    column->addLayout(buttons);
    connect(runs_, &QListWidget::itemClicked, this, [this] {
        if (!runner_.running()) {
            showReport(history_.runs()[static_cast<std::size_t>(runs_->currentRow())]);
        }
    });
    for (const auto& [pin, place] : {std::pair(pinA, 0), std::pair(pinB, 1)}) {
        connect(pin, &QPushButton::clicked, this, [this, place = place] {
            if (const int run = runs_->currentRow(); run >= 0) {
                comparison_->pin(place, history_.runs()[static_cast<std::size_t>(run)]);
                preview_->setSettings(comparison_->answer(0), comparison_->answer(1));
                tables_->setCurrentIndex(kComparisonTab);
            }
        });
    }
    return box;
}

QWidget* ThreadLabPage::createAnswer() {
    auto* box = new QGroupBox(tr("Answer"), this);
    answer_ = named(new QLabel(box), "answer", tr("Answer"));
    answer_->setWordWrap(true);
    answer_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    QFont large = answer_->font();
    large.setPointSizeF(large.pointSizeF() * 1.2);
    large.setBold(true);
    answer_->setFont(large);
    inUse_ = named(new QLabel(box), "inUse", tr("In use now"));
    inUse_->setWordWrap(true);
    apply_ = button(tr("Apply"), "applySettings", tr("Caption with this setting on all pages, at once and from now on"),
                    box);
    applySelected_ =
        button(tr("Use selected"), "applySelected", tr("Caption with the setting selected in the table"), box);
    revert_ = button(tr("Revert"), "revertSettings", tr("Go back to what was set before"), box);
    export_ = button(tr("Export…"), "exportReport",
                     tr("Save the run as Markdown, CSV, JSON, or its charts as a picture"), box);
    copy_ = button(tr("Copy report"), "copyReport", tr("Copy the run as Markdown"), box);
    auto* line = new QWidget(box);
    auto* buttons = new FlowLayout(line);
    buttons->setContentsMargins(0, 0, 0, 0);
    inUse_->setMinimumWidth(kInUseWidth);
    inUse_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    for (QPushButton* each : {apply_, applySelected_, revert_}) {
        buttons->addWidget(each);
    }
    buttons->addWidget(inUse_);
    buttons->addWidget(export_);
    buttons->addWidget(copy_);
    auto* column = new QVBoxLayout(box);
    column->addWidget(answer_);
    column->addWidget(line);
    connect(apply_, &QPushButton::clicked, this, [this] {
        if (const auto setting = recommended()) {
            use(*setting);
        }
    });
    connect(applySelected_, &QPushButton::clicked, this, [this] {
        if (const auto setting = selected()) {
            use(*setting);
        }
    });
    connect(revert_, &QPushButton::clicked, this, &ThreadLabPage::revert);
    connect(export_, &QPushButton::clicked, this, &ThreadLabPage::exportReport);
    connect(copy_, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(QString::fromStdString(toMarkdown(report_)));
        emit told(tr("The report is on the clipboard, as Markdown."));
    });
    return box;
}

QWidget* ThreadLabPage::createResults() {
    charts_ = new SweepCharts(this);
    model_ = new ResultModel(this);
    auto* sorted = new QSortFilterProxyModel(this);
    sorted->setSourceModel(model_);
    sorted->setSortRole(ResultModel::SortRole);
    table_ = named(new QTableView(this), "results", tr("Results"));
    table_->setTabKeyNavigation(false);
    table_->setModel(sorted);
    table_->setSortingEnabled(true);
    table_->sortByColumn(ResultModel::Setting, Qt::AscendingOrder);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setAlternatingRowColors(true);
    table_->verticalHeader()->hide();
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    comparison_ = new ComparisonPanel(this);
    preview_ = new AbPreview({[file = hooks_.clip.file] { return openVideoFile(file.string(), kForPlayback); },
                              hooks_.load, hooks_.showError},
                             this);
    tables_ = named(new QTabWidget(this), "labTables", tr("Tables"));
    tables_->setDocumentMode(true);
    tables_->addTab(table_, tr("Results"));
    // Scrolled on their own: what they need must not push results and axes off a small screen.
    tables_->insertTab(kComparisonTab, scrolled(comparison_), tr("A and B"));
    tables_->addTab(scrolled(preview_), tr("Preview of A and B"));
    auto* splitter = new QSplitter(Qt::Vertical, this);
    splitter->addWidget(charts_);
    splitter->addWidget(tables_);
    splitter->setSizes({kChartsHeight, kTablesHeight});
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    splitter->setChildrenCollapsible(false);
    connect(comparison_, &ComparisonPanel::useRequested, this, &ThreadLabPage::use);
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] { showUse(); });
    return splitter;
}

void ThreadLabPage::startSweep() {
    auto grid = ranges_->grid();
    if (!grid) {
        hooks_.showError(window(), tr("Cannot measure"), errorText(grid.error()));
        return;
    }
    std::vector<std::filesystem::path> files = ranges_->models();
    if (files.empty()) {
        files.push_back(hooks_.settings.current().model);
    }
    const auto settings = [grid = std::move(*grid), files,
                           describe = hooks_.describeModel]() mutable -> Result<std::vector<BenchmarkSetting>> {
        for (const auto& file : files) {
            auto model = describe(file);
            if (!model) {
                return tl::unexpected(model.error());
            }
            grid.models.push_back(std::move(*model));
        }
        return grid.settings();
    };
    runner_.start(settings, hooks_.clip, ranges_->options(hooks_.options));
    showRunning(tr("Starting…"));
}

void ThreadLabPage::showRunning(const QString& text) { ranges_->showRunning(runner_.running(), text); }

void ThreadLabPage::showPhase(const SweepPhase& phase) {
    const QString setting = settingText(report_.results[phase.setting].setting);
    QString text;
    switch (phase.kind) {
        case SweepPhase::Waiting:
            text = tr("Paused while other programs, or captions on other pages, use %1 CPUs.")
                       .arg(numberText(phase.otherCpus, 1));
            break;
        case SweepPhase::Measuring: text = tr("Measuring %1").arg(setting); break;
        case SweepPhase::Cooling: text = tr("Cooling down after %1").arg(setting); break;
    }
    ranges_->showProgress(phase.fraction, text);
}

void ThreadLabPage::showReport(const BenchmarkReport& report) {
    report_ = report;
    model_->setResults(report_.results);
    charts_->setResults(report_.results, report_.machine.logicalCpus);
    showAnswer();
}

std::optional<BenchmarkSetting> ThreadLabPage::recommended() const {
    const auto* setting = recommendedSetting(recommend(report_.results, report_.machine.logicalCpus), report_.results);
    return setting ? std::optional(*setting) : std::nullopt;
}

std::optional<BenchmarkSetting> ThreadLabPage::selected() const {
    const auto rows = table_->selectionModel()->selectedRows(ResultModel::Setting);
    if (rows.isEmpty()) {
        return std::nullopt;
    }
    return report_.results[rows.front().data(ResultModel::SortRole).toUInt()].setting;
}

QString ThreadLabPage::answerText() const {
    QStringList sentences;
    for (const Recommendation& answer : recommend(report_.results, report_.machine.logicalCpus)) {
        BenchmarkSetting setting = report_.results[answer.setting].setting;
        const bool busy = std::exchange(setting.busyPrograms, 0) > 0;
        if (answer.tooNoisy) {
            sentences << (busy ? tr("Beside busy programs it is too noisy to say how many threads are best.")
                               : tr("Too noisy to say how many threads are best: their speeds overlap. Measure again "
                                    "when less else runs."));
            continue;
        }
        QString text = (busy ? tr("Beside busy programs use %1: %2 % of peak speed there, at %3 % of the CPU.")
                             : tr("On this CPU use %1: %2 % of peak speed at %3 % of the CPU."))
                           .arg(settingText(setting))
                           .arg(numberText(100.0 * answer.speedShare, 0))
                           .arg(numberText(100.0 * answer.cpuShare, 0));
        if (answer.noise == Noise::VeryNoisy) {
            text += QLatin1Char(' ') + tr("The figures scatter widely, so measure again before you rely on this.");
        } else if (answer.noise == Noise::Noisy) {
            text += QLatin1Char(' ') + tr("The figures scatter, so small differences mean little.");
        }
        if (answer.otherPrograms) {
            text += QLatin1Char(' ') + tr("Other programs used the CPU while this was measured.");
        }
        sentences << text;
    }
    return sentences.join(QLatin1Char('\n'));
}

void ThreadLabPage::showAnswer() {
    const QString text = answerText();
    answer_->setText(text.isEmpty() ? tr("Not measured yet.") : runner_.running() ? tr("So far: %1").arg(text) : text);
    answer_->setToolTip(
        tr("The setting that uses the least CPU among those with at least 95 % of the highest speed, for "
           "each model and number of beams"));
    export_->setEnabled(!text.isEmpty());
    copy_->setEnabled(!text.isEmpty());
    showUse();
}

void ThreadLabPage::showUse() {
    const CpuSettings now = hooks_.settings.current();
    QString text = now.threads == 1 ? tr("In use: 1 thread.") : tr("In use: %1 threads.").arg(now.threads);
    if (before_ && now.interOp != before_->interOp) {
        text += QLatin1Char(' ') + tr("Inter-op threads change at the next start.");
    }
    inUse_->setText(text);
    apply_->setEnabled(recommended().has_value());
    applySelected_->setEnabled(selected().has_value());
    revert_->setEnabled(before_.has_value());
}

void ThreadLabPage::use(const BenchmarkSetting& setting) {
    const CpuSettings now = hooks_.settings.current();
    CpuSettings wanted = now;
    wanted.threads = setting.threads;
    wanted.interOp = setting.interOp == 1 ? now.interOp : setting.interOp;
    if (setting.model.path != now.model) {
        // The run may have measured a copy of the bundle in use; and what it measured may be gone since.
        const auto used = hooks_.describeModel(now.model);
        if (!used || used->sha256 != setting.model.sha256) {
            if (const auto other = hooks_.describeModel(setting.model.path); !other) {
                hooks_.showError(window(), tr("Cannot use this setting"), errorText(other.error()));
                return;
            }
            wanted.model = setting.model.path;
        }
    }
    if (!before_) {
        before_ = now;
    }
    hooks_.settings.apply(wanted);
    showUse();
    emit told(wanted.threads == 1 ? tr("Captions are made with 1 thread from now on.")
                                  : tr("Captions are made with %1 threads from now on.").arg(wanted.threads));
}

void ThreadLabPage::revert() {
    hooks_.settings.apply(*before_);
    before_.reset();
    showUse();
    emit told(tr("The settings are as they were before."));
}

void ThreadLabPage::showHistory() {
    runs_->clear();
    for (const BenchmarkReport& run : history_.runs()) {
        const auto measured = std::count_if(run.results.begin(), run.results.end(),
                                            [](const SettingResult& result) { return !result.repetitions.empty(); });
        runs_->addItem(tr("%1, %2 of %3 settings").arg(madeText(run)).arg(measured).arg(run.results.size()));
    }
}

void ThreadLabPage::exportReport() {
    const QString markdown = tr("Markdown (*.md)");
    const QString csv = tr("CSV (*.csv)");
    const QString json = tr("JSON (*.json)");
    const QString png = tr("Charts (*.png)");
    QString filter = markdown;
    QString path =
        hooks_.chooseSave(window(), tr("Export the run"), QDir::home().filePath(QStringLiteral("threads.md")),
                          QStringList{markdown, csv, json, png}.join(QStringLiteral(";;")), filter);
    if (path.isEmpty()) {
        return;
    }
    QString extension = QFileInfo(path).suffix();
    if (extension.isEmpty()) {
        extension = filter == csv    ? QStringLiteral("csv")
                    : filter == json ? QStringLiteral("json")
                    : filter == png  ? QStringLiteral("png")
                                     : QStringLiteral("md");
        path += QLatin1Char('.') + extension;
    }
    Result<void> written;
    if (extension == QStringLiteral("png")) {
        if (!charts_->grab().save(path, "PNG")) {
            written = fail(ErrorCode::Io,
                           tr("Cannot write %1. Check the folder and its permissions.").arg(path).toStdString());
        }
    } else {
        const std::string text = extension == QStringLiteral("csv")    ? toCsv(report_)
                                 : extension == QStringLiteral("json") ? toJson(report_)
                                                                       : toMarkdown(report_);
        written = writeFileAtomically(path.toStdString(), text);
    }
    if (!written) {
        hooks_.showError(window(), tr("Cannot export"), errorText(written.error()));
        return;
    }
    emit told(tr("Saved as %1").arg(path));
}

QList<QWidget*> ThreadLabPage::panes() const { return {ranges_, runs_, charts_, tables_}; }

}  // namespace sightline
