#include "ui/player/counters_panel.h"

#include <QLabel>
#include <QVBoxLayout>

#include "ui/player/flow_layout.h"
#include "ui/player/number_text.h"

namespace sightline {
namespace {

QString rate(double perSecond) { return numberText(perSecond, 1); }

QString milliseconds(const std::optional<std::chrono::nanoseconds>& time) {
    return time ? QObject::tr("%1 ms").arg(numberText(toMilliseconds(*time), 1)) : QStringLiteral("–");
}

}  // namespace

CountersPanel::CountersPanel(QWidget* parent) : QWidget(parent) {
    setObjectName("countersPanel");
    auto* row = new FlowLayout(this);
    row->setContentsMargins(8, 4, 8, 4);
    displayed_ = addCounter(row, tr("Displayed FPS"), "displayedFps", tr("Frames painted per second"));
    captured_ = addCounter(row, tr("Captured FPS"), "capturedFps", tr("Frames per second that the source delivered"));
    captions_ = addCounter(row, tr("Captions/s"), "captionsPerSecond", tr("Captions generated per second"));
    inference_ = addCounter(row, tr("Inference"), "inference", tr("Median time from a frame's pixels to its caption"));
    age_ = addCounter(row, tr("Caption age"), "captionAge",
                      tr("Median time from a frame's capture until its caption was ready"));
    dropped_ = addCounter(row, tr("Dropped"), "dropped", tr("Frames shown without a caption of their own"));
    showMetrics({}, 0.0);
}

QLabel* CountersPanel::addCounter(QLayout* row, const QString& title, const QString& name, const QString& help) {
    auto* box = new QWidget(this);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    box->setSizePolicy(QSizePolicy::MinimumExpanding, QSizePolicy::Preferred);
    auto* value = new QLabel(box);
    value->setObjectName(name);
    value->setAccessibleName(title);
    QFont font = value->font();
    font.setPointSizeF(font.pointSizeF() * 1.3);
    font.setBold(true);
    value->setFont(font);
    auto* label = new QLabel(title, box);
    value->setToolTip(help);
    label->setToolTip(help);
    column->addWidget(value, 0, Qt::AlignHCenter);
    column->addWidget(label, 0, Qt::AlignHCenter);
    row->addWidget(box);
    return value;
}

void CountersPanel::showMetrics(const SessionMetrics& metrics, double displayedFps) {
    displayed_->setText(rate(displayedFps));
    captured_->setText(rate(metrics.capturedFps));
    captions_->setText(rate(metrics.captionsPerSecond));
    inference_->setText(milliseconds(metrics.inference));
    age_->setText(milliseconds(metrics.captionAge));
    dropped_->setText(QString::number(metrics.dropped));
}

}  // namespace sightline
