#include "ui/live/counters_dock.h"

#include <QApplication>
#include <QClipboard>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>

#include "ui/live/sparkline.h"
#include "ui/player/number_text.h"

namespace sightline {
namespace {

constexpr auto kInterval = std::chrono::seconds(1);
const QString kNone = QStringLiteral("–");

QString number(double value) { return numberText(value, 1); }

QString threadsText(const StageTimes& stages) {
    if (stages.threads >= stages.mostThreads) {
        return QString::number(stages.threads);
    }
    return CountersDock::tr("%1 of %2: the CPUs are busy").arg(stages.threads).arg(stages.mostThreads);
}

}  // namespace

CountersDock::CountersDock(Read read, QWidget* parent)
    : QWidget(parent), read_(std::move(read)), grid_(new QGridLayout(this)) {
    setObjectName("countersDock");
    grid_->setContentsMargins(6, 4, 6, 4);
    grid_->setVerticalSpacing(2);
    grid_->setColumnStretch(1, 1);
    displayed_ = addRow(tr("Displayed FPS"), "dockDisplayed", tr("Frames painted per second"));
    captured_ = addRow(tr("Captured FPS"), "dockCaptured", tr("Frames per second that the source delivered"));
    captions_ = addRow(tr("Captions/s"), "dockCaptions", tr("Captions generated per second"));
    stages_ = addRow(tr("Stages"), "dockStages",
                     tr("Milliseconds of the last caption: preprocess, encode, prefill, generate"), false);
    threads_ =
        addRow(tr("Threads"), "dockThreads",
               tr("CPU threads of the last caption: fewer than allowed while other programs keep the CPUs so busy "
                  "that more would be slower"),
               false);
    latency_ = addRow(tr("Latency"), "dockLatency",
                      tr("From a frame's capture to its caption, of the last 1000: p50, p95, p99"));
    age_ = addRow(tr("Caption age"), "dockAge", tr("The same, median of the last 64"));
    dropped_ = addRow(tr("Dropped"), "dockDropped", tr("Frames shown without a caption of their own"));
    reused_ = addRow(tr("Reused"), "dockReused", tr("Share of captions that were the one before, of a still picture"));
    cores_ = addRow(tr("CPU cores"), "dockCores", tr("How busy each core is, with all programs"), false);
    process_ = addRow(tr("This program"), "dockProcess", tr("CPUs that this program uses; 100 % is one"));
    memory_ = addRow(tr("Memory"), "dockMemory", tr("Resident memory, and threads"));
    heat_ = addRow(tr("Temperature"), "dockTemperature", tr("Of the hottest sensor"));
    frameTime_ = addRow(tr("UI frame time"), "dockFrameTime",
                        tr("Between two turns of a 60 Hz timer of the window's thread: p50, p99"));
    auto* copy = new QPushButton(tr("Copy as &text"), this);
    copy->setObjectName("dockCopy");
    connect(copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(text()); });
    grid_->addWidget(copy, static_cast<int>(rows_.size()), 0, 1, 3);
    connect(&timer_, &QTimer::timeout, this, &CountersDock::refresh);
}

int CountersDock::addRow(const QString& title, const char* name, const QString& help, bool line) {
    const auto index = static_cast<int>(rows_.size());
    auto* label = new QLabel(title, this);
    auto* value = new QLabel(kNone, this);
    value->setObjectName(name);
    value->setAccessibleName(title);
    label->setToolTip(help);
    value->setToolTip(help);
    grid_->addWidget(label, index, 0);
    Sparkline* spark = nullptr;
    if (line) {
        spark = new Sparkline(this);
        spark->setToolTip(tr("The last minute"));
        grid_->addWidget(value, index, 1);
        grid_->addWidget(spark, index, 2);
    } else {
        grid_->addWidget(value, index, 1, 1, 2);
    }
    rows_.append({title, value, spark});
    return index;
}

void CountersDock::set(int row, const QString& text, std::optional<double> value) {
    rows_[row].value->setText(text);
    if (rows_[row].line && value) {
        rows_[row].line->add(*value);
    }
}

void CountersDock::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    before_ = sampleSystem();
    frames_.start();
    timer_.start(kInterval);
}

void CountersDock::hideEvent(QHideEvent* event) {
    timer_.stop();
    frames_.stop();
    for (const Row& row : rows_) {
        if (row.line) {
            row.line->clear();  // a minute with a gap would lie
        }
    }
    QWidget::hideEvent(event);
}

void CountersDock::refresh() {
    const Reading reading = read_();
    const SessionMetrics& session = reading.session;
    const SystemSample now = sampleSystem();
    set(displayed_, number(reading.displayedFps), reading.displayedFps);
    set(captured_, number(session.capturedFps), session.capturedFps);
    set(captions_, number(session.captionsPerSecond), session.captionsPerSecond);
    if (const auto& stages = session.lastStages) {
        set(stages_, tr("%1 · %2 · %3 · %4 ms")
                         .arg(number(toMilliseconds(stages->preprocess)), number(toMilliseconds(stages->encode)),
                              number(toMilliseconds(stages->prefill)), number(toMilliseconds(stages->generate))));
    } else {
        set(stages_, kNone);
    }
    if (!session.lastStages) {
        set(threads_, kNone);
    } else if (session.lastStages->threads > 0) {  // a caption that was used again took none
        set(threads_, threadsText(*session.lastStages));
    }
    if (const auto& latency = session.latency) {
        set(latency_,
            tr("%1 · %2 · %3 ms")
                .arg(number(toMilliseconds(latency->p50)), number(toMilliseconds(latency->p95)),
                     number(toMilliseconds(latency->p99))),
            toMilliseconds(latency->p99));
    } else {
        set(latency_, kNone);
    }
    set(age_, session.captionAge ? tr("%1 ms").arg(number(toMilliseconds(*session.captionAge))) : kNone,
        session.captionAge ? std::optional(toMilliseconds(*session.captionAge)) : std::nullopt);
    set(dropped_, QString::number(session.dropped), static_cast<double>(session.dropped));
    set(reused_, session.reusedShare ? tr("%1 %").arg(numberText(*session.reusedShare * 100.0, 0)) : kNone,
        session.reusedShare);
    QStringList cores;
    for (const double share : coreShares(before_, now)) {
        cores << numberText(share * 100.0, 0);
    }
    set(cores_, tr("%1 %").arg(cores.join(QStringLiteral(" · "))));
    const double cpus = processCpus(before_, now);
    set(process_, tr("%1 %").arg(numberText(cpus * 100.0, 0)), cpus);
    const double megabytes = static_cast<double>(now.residentBytes) / (1024.0 * 1024.0);
    set(memory_, tr("%1 MB, %2 threads").arg(numberText(megabytes, 0)).arg(now.threads), megabytes);
    set(heat_, now.celsius ? tr("%1 °C").arg(numberText(*now.celsius, 0)) : kNone, now.celsius);
    if (const auto frame = frames_.frameTime()) {
        set(frameTime_, tr("%1 · %2 ms").arg(number(toMilliseconds(frame->p50)), number(toMilliseconds(frame->p99))),
            toMilliseconds(frame->p99));
    }
    before_ = now;
}

QString CountersDock::text() const {
    QStringList lines;
    for (const Row& row : rows_) {
        const QString value = row.value->text();
        lines << QStringLiteral("%1\t%2").arg(row.title, value);
    }
    return lines.join(QLatin1Char('\n'));
}

}  // namespace sightline
