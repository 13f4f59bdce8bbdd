#include "ui/lab/sweep_charts.h"

#include <algorithm>

#include <QChart>
#include <QChartView>
#include <QEvent>
#include <QHBoxLayout>
#include <QLegendMarker>
#include <QLineSeries>
#include <QLocale>
#include <QScatterSeries>
#include <QValueAxis>

#include "core/benchmark/recommendation.h"
#include "ui/lab/result_model.h"

namespace sightline {
namespace {

constexpr double kHeadroom = 1.15;  // above the highest point
constexpr double kCapWidth = 0.06;  // half of an error bar's cap, in threads
constexpr double kStarSize = 18.0;
constexpr int kTicks = 5;
constexpr int kMostTicks = 16;
constexpr double kSmall = 10.0;  // below, axes need decimals

// Okabe and Ito (2008): told apart by colour-blind people too, on light and dark ground.
const QColor kColors[] = {{0, 114, 178}, {230, 159, 0},  {0, 158, 115}, {204, 121, 167},
                          {213, 94, 0},  {86, 180, 233}, {152, 138, 0}, {128, 128, 128}};

void add(QChart* chart, QXYSeries* series, QValueAxis* x, QValueAxis* y, bool inLegend) {
    chart->addSeries(series);
    series->attachAxis(x);
    series->attachAxis(y);
    for (QLegendMarker* marker : chart->legend()->markers(series)) {
        marker->setVisible(inLegend);
    }
}

// A vertical bar with caps.
QLineSeries* errorBar(double x, const Interval& interval, const QColor& color) {
    auto* bar = new QLineSeries;
    for (const auto& [dx, y] :
         {std::pair(-kCapWidth, interval.low), std::pair(kCapWidth, interval.low), std::pair(0.0, interval.low),
          std::pair(0.0, interval.high), std::pair(-kCapWidth, interval.high), std::pair(kCapWidth, interval.high)}) {
        bar->append(x + dx, y);
    }
    bar->setPen(QPen(color, 1.2));
    return bar;
}

QLineSeries* curve(const QString& name, const QColor& color, Qt::PenStyle style) {
    auto* series = new QLineSeries;
    series->setName(name);
    series->setPen(QPen(color, 2.0, style));
    series->setPointsVisible();
    return series;
}

void reachTo(QValueAxis* axis, double value) { axis->setMax(std::max(axis->max(), kHeadroom * value)); }

}  // namespace

struct SweepCharts::Point {
    int threads;
    SettingSummary summary;
};

// Settings that differ in their threads only, by threads.
struct SweepCharts::Line {
    BenchmarkSetting setting;  // with any number of threads
    std::vector<Point> points;

    QString name() const {
        QString text = settingText(setting);
        return text.mid(text.indexOf(QStringLiteral(", ")) + 2);  // without the threads
    }
};

SweepCharts::SweepCharts(QWidget* parent) : QWidget(parent) {
    setObjectName("charts");
    setMinimumHeight(190);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    const auto addChart = [&](const QString& title, const QString& left, const QString& right, Axes& axes) {
        auto* view = new QChartView(this);
        auto* chart = view->chart();
        chart->setTitle(title);
        chart->setLocalizeNumbers(true);
        chart->setLocale(QLocale());
        chart->setMargins({2, 2, 2, 2});
        chart->setBackgroundRoundness(0);
        chart->legend()->setAlignment(Qt::AlignBottom);
        axes = {new QValueAxis(chart), new QValueAxis(chart), new QValueAxis(chart)};
        axes.threads->setTitleText(tr("Threads"));
        axes.threads->setLabelFormat("%.0f");
        axes.left->setTitleText(left);
        axes.right->setTitleText(right);
        axes.right->setGridLineVisible(false);
        chart->addAxis(axes.threads, Qt::AlignBottom);
        chart->addAxis(axes.left, Qt::AlignLeft);
        chart->addAxis(axes.right, Qt::AlignRight);
        view->setRenderHint(QPainter::Antialiasing);
        view->setAccessibleName(title);
        row->addWidget(view, 1);
        return chart;
    };
    speed_ = addChart(tr("Speed (line) and latency (dashes)"), tr("Captions/s"), tr("Latency (ms)"), speedAxes_);
    gain_ = addChart(tr("Speed-up (line) and efficiency (dashes)"), tr("Speed-up"), tr("Efficiency (%)"), gainAxes_);
    applyPalette();
}

void SweepCharts::applyPalette() {
    const bool dark = palette().color(QPalette::Window).lightness() < 128;
    for (QChart* chart : {speed_, gain_}) {
        chart->setTheme(dark ? QChart::ChartThemeDark : QChart::ChartThemeLight);
        chart->setBackgroundBrush(palette().base());
    }
    setResults(results_, logicalCpus_);  // a theme has colours for lines too
}

void SweepCharts::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        applyPalette();
    }
}

std::vector<SweepCharts::Line> SweepCharts::lines(const std::vector<SettingResult>& results) {
    std::vector<Line> found;
    for (const SettingResult& result : results) {
        const auto summary = summarize(result);
        if (!summary) {
            continue;
        }
        auto line = std::find_if(found.begin(), found.end(), [&](const Line& other) {
            BenchmarkSetting same = result.setting;
            same.threads = other.setting.threads;
            return same == other.setting;
        });
        if (line == found.end()) {
            line = found.insert(found.end(), {result.setting, {}});
        }
        line->points.push_back({result.setting.threads, *summary});
    }
    for (Line& line : found) {
        std::sort(line.points.begin(), line.points.end(),
                  [](const Point& a, const Point& b) { return a.threads < b.threads; });
    }
    return found;
}

void SweepCharts::addLine(const Line& line, const QColor& color) {
    auto* rate = curve(line.name(), color, Qt::SolidLine);
    auto* latency = curve({}, color, Qt::DashLine);
    auto* speedUp = curve(line.name(), color, Qt::SolidLine);
    auto* efficiency = curve({}, color, Qt::DashLine);
    const Point& first = line.points.front();
    for (const Point& point : line.points) {
        const SettingSummary& summary = point.summary;
        const double gain = summary.captionsPerSecond / first.summary.captionsPerSecond;
        const double share = 100.0 * gain * first.threads / point.threads;
        rate->append(point.threads, summary.captionsPerSecond);
        latency->append(point.threads, summary.p50Ms);
        speedUp->append(point.threads, gain);
        efficiency->append(point.threads, share);
        reachTo(speedAxes_.left, summary.interval.high);
        reachTo(speedAxes_.right, summary.latencyInterval.high);
        reachTo(gainAxes_.left, gain);
        reachTo(gainAxes_.right, share);
    }
    add(speed_, rate, speedAxes_.threads, speedAxes_.left, true);
    add(speed_, latency, speedAxes_.threads, speedAxes_.right, false);
    add(gain_, speedUp, gainAxes_.threads, gainAxes_.left, true);
    add(gain_, efficiency, gainAxes_.threads, gainAxes_.right, false);
    for (const Point& point : line.points) {
        add(speed_, errorBar(point.threads, point.summary.interval, color), speedAxes_.threads, speedAxes_.left, false);
        add(speed_, errorBar(point.threads, point.summary.latencyInterval, color), speedAxes_.threads, speedAxes_.right,
            false);
    }
}

void SweepCharts::setResults(const std::vector<SettingResult>& results, int logicalCpus) {
    results_ = results;
    logicalCpus_ = logicalCpus;
    speed_->removeAllSeries();
    gain_->removeAllSeries();
    const int least = 1;
    int most = 2;
    for (const SettingResult& result : results) {
        most = std::max(most, result.setting.threads);
    }
    for (const Axes& axes : {speedAxes_, gainAxes_}) {
        axes.threads->setRange(least - 0.3, most + 0.3);
        axes.threads->setTickType(QValueAxis::TicksDynamic);
        axes.threads->setTickAnchor(0.0);
        axes.threads->setTickInterval(1 + (most - least) / kMostTicks);
        axes.left->setRange(0.0, 1.0);
        axes.right->setRange(0.0, 1.0);
    }
    const std::vector<Line> all = lines(results);
    for (std::size_t i = 0; i < all.size(); ++i) {
        addLine(all[i], kColors[i % std::size(kColors)]);
    }
    for (QValueAxis* axis : {speedAxes_.left, speedAxes_.right, gainAxes_.left, gainAxes_.right}) {
        axis->setTickCount(kTicks);  // which applyNiceNumbers() goes by, and changes
        axis->applyNiceNumbers();
        axis->setLabelFormat(axis->max() < kSmall ? "%.1f" : "%.0f");
    }
    if (const auto answers = recommend(results, logicalCpus); recommendedSetting(answers, results)) {
        const SettingResult& best = results[answers.front().setting];
        auto* star = new QScatterSeries;
        star->setName(tr("recommended"));
        star->setMarkerShape(QScatterSeries::MarkerShapeStar);
        star->setMarkerSize(kStarSize);
        star->setColor(QColor(220, 38, 38));
        star->setBorderColor(Qt::white);
        star->append(best.setting.threads, summarize(best)->captionsPerSecond);
        add(speed_, star, speedAxes_.threads, speedAxes_.left, true);
    }
}

}  // namespace sightline
