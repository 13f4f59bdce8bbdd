// How the timeline looks.
#include <algorithm>
#include <cmath>

#include <QPaintEvent>
#include <QPainter>

#include "ui/video/cue_model.h"
#include "ui/video/timeline_view.h"

namespace sightline {
namespace {

constexpr double kTickDistance = 90.0;    // pixels, at least
constexpr double kLeastTextWidth = 24.0;  // pixels of a block that shows its text
constexpr double kLeastSignWidth = 12.0;
constexpr double kLeastCheckedWidth = 8.0;
constexpr double kRadius = 3.0;
constexpr double kMarkSize = 7.0;  // of the corner that tells of findings

// Hues that differ in lightness too, for people who do not see them all.
constexpr QColor kModelHue(66, 133, 244);
constexpr QColor kEditedHue(38, 150, 90);
constexpr QColor kFindingHue(217, 119, 6);
constexpr QColor kSpeechHue(120, 94, 166);
constexpr QColor kFitsHue(0, 150, 110);
constexpr QColor kTightHue(230, 159, 0);
constexpr QColor kUnfitHue(204, 51, 17);
constexpr QColor kPlayheadHue(226, 48, 48);

bool isDark(const QPalette& palette) { return palette.color(QPalette::Base).lightness() < 128; }

// A block's fill: the hue over the background, stronger where the background is dark.
QColor blended(const QColor& hue, const QColor& base, double share) {
    const auto mix = [share](int a, int b) { return static_cast<int>(a * share + b * (1.0 - share)); };
    return {mix(hue.red(), base.red()), mix(hue.green(), base.green()), mix(hue.blue(), base.blue())};
}

QColor hueOf(Fit fit) { return fit == Fit::Fits ? kFitsHue : fit == Fit::Tight ? kTightHue : kUnfitHue; }

// What tells it without the colour.
QChar signOf(Fit fit) { return fit == Fit::Fits ? QChar(0x2713) : fit == Fit::Tight ? QChar(0xbb) : QChar(0x2715); }

// Ticks below a minute show fractions, others do not.
QString tickText(MediaTime time, MediaTime step) {
    const QString text = timeText(time);
    return step < std::chrono::seconds(1) ? text : text.left(text.indexOf(QLatin1Char('.')));
}

}  // namespace

void TimelineView::paintEvent(QPaintEvent* event) {
    QPainter painter(viewport());
    const QRect clip = event->rect();
    painter.fillRect(clip, palette().color(QPalette::Base));
    if (scale_.duration() == MediaTime::zero()) {
        return;
    }
    paintRuler(painter, clip);
    paintThumbnails(painter, clip);
    paintWaveform(painter, clip);
    paintSpeech(painter, clip);
    paintShots(painter, clip);
    paintCues(painter, clip);
    paintReference(painter, clip);
    if (mark_) {
        const double from = scale_.pixelAt(*mark_);
        const Lane lane = lanes().cues;
        QColor fill = kEditedHue;
        fill.setAlpha(90);
        painter.fillRect(QRectF(from, lane.top, std::max(1.0, playheadPixel() - from), lane.height), fill);
    }
    if (snapped_) {
        const double x = scale_.pixelAt(*snapped_);
        painter.setPen(QPen(palette().color(QPalette::Highlight), 1, Qt::DashLine));
        painter.drawLine(QLineF(x, 0, x, viewport()->height()));
    }
    paintPlayhead(painter);
    paintDragText(painter);
}

void TimelineView::paintRuler(QPainter& painter, const QRect& clip) const {
    const Lane lane = lanes().ruler;
    painter.fillRect(QRect(clip.left(), lane.top, clip.width(), lane.height), palette().color(QPalette::AlternateBase));
    const MediaTime step = scale_.tickStep(kTickDistance);
    painter.setPen(palette().color(QPalette::Text));
    const double wide = scale_.pixelAt(scale_.start() + step);
    for (MediaTime time = scale_.timeAt(clip.left() - wide) / step * step; time <= scale_.timeAt(clip.right() + 1);
         time += step) {
        if (time < MediaTime::zero() || time > scale_.duration()) {
            continue;
        }
        const double x = std::floor(scale_.pixelAt(time)) + 0.5;
        painter.drawLine(QLineF(x, lane.bottom() - 6, x, lane.bottom()));
        painter.drawText(QRectF(x + 4, lane.top, wide - 6, lane.height), Qt::AlignLeft | Qt::AlignVCenter,
                         tickText(time, step));
    }
}

void TimelineView::paintThumbnails(QPainter& painter, const QRect& clip) {
    if (!thumbnails_) {
        return;
    }
    const Lane lane = lanes().thumbnails;
    const double width = lane.height * 16.0 / 9.0;
    // Times on a grid that halves when one zooms in, so that pictures are used again.
    const double least = static_cast<double>(scale_.span(width).count());
    const auto step = MediaTime(static_cast<MediaTime::rep>(std::exp2(std::ceil(std::log2(std::max(1.0, least))))));
    const double wide = scale_.pixelAt(scale_.start() + step);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    for (MediaTime time = std::max(MediaTime::zero(), scale_.timeAt(clip.left() - wide) / step * step);
         time < std::min(scale_.duration(), scale_.timeAt(clip.right() + 1)); time += step) {
        const QImage image = thumbnails_->thumbnail(time);
        if (image.isNull()) {
            continue;
        }
        const QSizeF size = QSizeF(image.size()).scaled(wide - 2, lane.height, Qt::KeepAspectRatio);
        painter.drawImage(QRectF(QPointF(scale_.pixelAt(time), lane.top), size), image);
    }
}

void TimelineView::paintWaveform(QPainter& painter, const QRect& clip) {
    if (!waveform_) {
        return;
    }
    const Lane lane = lanes().waveform;
    const auto peaks = waveform_->peaks(scale_.timeAt(clip.left()), scale_.timeAt(clip.right() + 1), clip.width());
    const double middle = lane.top + lane.height / 2.0;
    QColor pen = palette().color(QPalette::Text);
    pen.setAlpha(60);
    painter.setPen(pen);
    painter.drawLine(QLineF(clip.left(), middle, clip.right(), middle));
    painter.setPen(blended(kModelHue, palette().color(QPalette::Base), 0.8));
    for (std::size_t i = 0; i < peaks.size(); ++i) {
        const double half = std::clamp(static_cast<double>(peaks[i]), 0.0, 1.0) * (lane.height / 2.0 - 1);
        const double x = clip.left() + static_cast<double>(i) + 0.5;
        painter.drawLine(QLineF(x, middle - half, x, middle + half));
    }
}

// What people say is full, what the voice says between is framed.
void TimelineView::paintSpeech(QPainter& painter, const QRect& clip) const {
    if (!speech_) {
        return;
    }
    const Lane lane = lanes().speech;
    const QColor base = palette().color(QPalette::Base);
    const auto place = [&](const TimeRange& range) {
        const double left = scale_.pixelAt(range.start);
        return QRectF(left, lane.top + 1, std::max(1.0, scale_.pixelAt(range.end) - left), lane.height - 2);
    };
    for (const TimeRange& range : *speech_) {
        if (const QRectF block = place(range); block.right() >= clip.left() && block.left() <= clip.right()) {
            painter.fillRect(block, blended(kSpeechHue, base, 0.75));
        }
    }
    for (const CueFit& fit : fits_) {
        if (fit.fit != Fit::Fits && fit.fit != Fit::Tight) {
            continue;
        }
        if (const QRectF block = place(fit.said); block.right() >= clip.left() && block.left() <= clip.right()) {
            painter.fillRect(block, blended(hueOf(fit.fit), base, isDark(palette()) ? 0.45 : 0.28));
            painter.setPen(QPen(blended(hueOf(fit.fit), base, 0.9), 1));
            painter.drawRect(block.adjusted(0.5, 0.5, -0.5, -0.5));
        }
    }
    const QString title = tr("Speech");
    const QRectF box(3, lane.top + 1, painter.fontMetrics().horizontalAdvance(title) + 8, lane.height - 2);
    QColor behind = base;
    behind.setAlpha(200);
    painter.fillRect(box, behind);
    painter.setPen(palette().color(QPalette::Text));
    painter.drawText(box, Qt::AlignCenter, title);
}

void TimelineView::paintShots(QPainter& painter, const QRect& clip) const {
    QColor line = palette().color(QPalette::Text);
    line.setAlpha(110);
    painter.setPen(QPen(line, 1, Qt::DotLine));
    const int top = lanes().ruler.bottom();
    double drawn = -1.0;
    for (auto shot = std::ranges::lower_bound(*shots_, scale_.timeAt(clip.left() - 1));
         shot != shots_->end() && *shot <= scale_.timeAt(clip.right() + 1); ++shot) {
        const double x = std::floor(scale_.pixelAt(*shot)) + 0.5;
        if (x - drawn >= 2.0) {  // nearer ones would be one grey area
            painter.drawLine(QLineF(x, top, x, viewport()->height()));
            drawn = x;
        }
    }
}

void TimelineView::paintCues(QPainter& painter, const QRect& clip) const {
    const auto [first, last] = rowsIn({scale_.timeAt(clip.left() - 2), scale_.timeAt(clip.right() + 2)});
    const Lane lane = lanes().cues;
    double drawn = -1.0;
    for (std::size_t row = first; row < last; ++row) {
        const QRectF block = blockRect(static_cast<int>(row));
        if (block.right() < clip.left() || (block.right() <= drawn && static_cast<int>(row) != current_)) {
            continue;  // out of view, or over what is there already
        }
        drawn = std::max(drawn, std::ceil(block.left() + 1));
        paintBlock(painter, block, row);
    }
    // Where two cues overlap, on top of both.
    QColor overlap = kFindingHue;
    overlap.setAlpha(150);
    for (std::size_t row = first; row + 1 < last; ++row) {
        const Cue& next = shown()[row + 1];
        if (const MediaTime end = std::min(shown()[row].end, next.end); next.start < end) {
            const double left = scale_.pixelAt(next.start);
            const QRectF both(left, lane.top + 1, std::max(1.0, scale_.pixelAt(end) - left), lane.height - 2);
            painter.fillRect(both, QBrush(overlap, Qt::BDiagPattern));
        }
    }
}

void TimelineView::paintBlock(QPainter& painter, const QRectF& block, std::size_t row) const {
    const Cue& cue = shown()[row];
    const bool current = static_cast<int>(row) == current_;
    const QColor base = palette().color(QPalette::Base);
    const Fit fit = fitOf(row);
    const QColor hue = fit != Fit::Unknown ? hueOf(fit) : cue.origin == CueOrigin::Model ? kModelHue : kEditedHue;
    const double strength = isDark(palette()) ? 0.45 : 0.28;
    if (block.width() < 3.0) {
        painter.fillRect(block, current ? palette().color(QPalette::Highlight) : blended(hue, base, 0.7));
        return;
    }
    const QRectF inner = block.adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(blended(hue, base, current ? strength + 0.2 : strength));
    painter.setPen(current ? QPen(palette().color(QPalette::Text), 2) : QPen(blended(hue, base, 0.9), 1));
    painter.drawRoundedRect(inner, kRadius, kRadius);
    painter.setRenderHint(QPainter::Antialiasing, false);
    if (fit == Fit::Unfit) {
        painter.fillRect(inner, QBrush(blended(hue, base, 0.6), Qt::FDiagPattern));
    }
    if (block.width() >= kLeastCheckedWidth && !checkCue(shown(), row, *shots_, limits_).empty()) {
        const QPointF corner = inner.topRight();
        const QPointF triangle[] = {corner, corner - QPointF(kMarkSize, 0), corner + QPointF(0, kMarkSize)};
        painter.setPen(Qt::NoPen);
        painter.setBrush(kFindingHue);
        painter.drawPolygon(triangle, 3);
    }
    // Text stays in view while its block does.
    const QRectF room = inner.intersected(viewport()->rect()).adjusted(5, 2, -kMarkSize, -2);
    if (room.width() >= kLeastTextWidth) {
        const QString text = QString::fromStdString(cue.text);
        painter.setPen(palette().color(QPalette::Text));
        painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextWordWrap,
                         fit != Fit::Unknown ? signOf(fit) + QStringLiteral(" ") + text : text);
    } else if (fit != Fit::Unknown && inner.width() >= kLeastSignWidth) {
        painter.setPen(palette().color(QPalette::Text));
        painter.drawText(inner, Qt::AlignCenter, QString(signOf(fit)));
    }
}

void TimelineView::paintReference(QPainter& painter, const QRect& clip) const {
    const Lane lane = lanes().reference;
    painter.setPen(palette().color(QPalette::Text));
    const auto end = std::ranges::lower_bound(reference_, scale_.timeAt(clip.right() + 1), {}, &Cue::start);
    double drawn = -1.0;
    for (auto cue = reference_.begin(); cue != end; ++cue) {
        const double left = scale_.pixelAt(cue->start);
        const QRectF block(left, lane.top + 1, std::max(1.0, scale_.pixelAt(cue->end) - left), lane.height - 2);
        if (block.right() < clip.left() || block.right() <= drawn) {
            continue;
        }
        drawn = std::ceil(left + 1);
        painter.fillRect(block.adjusted(0, 0, -1, 0), palette().color(QPalette::Midlight));
        const QRectF room = block.intersected(viewport()->rect()).adjusted(4, 0, -4, 0);
        if (room.width() >= kLeastTextWidth) {
            const QString text = QString::fromStdString(cue->text).replace(QLatin1Char('\n'), QLatin1Char(' '));
            painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter,
                             painter.fontMetrics().elidedText(text, Qt::ElideRight, static_cast<int>(room.width())));
        }
    }
}

void TimelineView::paintDragText(QPainter& painter) const {
    const QString text = dragText();
    if (text.isEmpty()) {
        return;
    }
    constexpr QPointF kBeside(12, -6);  // clear of the pointer
    const QSizeF size = painter.fontMetrics().size(Qt::TextSingleLine, text) + QSize(12, 6);
    QRectF box(drag_->pointer + kBeside - QPointF(0, size.height()), size);
    box.moveLeft(std::clamp(box.left(), 0.0, std::max(0.0, viewport()->width() - box.width())));
    box.moveTop(std::max(0.0, box.top()));
    painter.setPen(palette().color(QPalette::ToolTipText));
    painter.setBrush(palette().color(QPalette::ToolTipBase));
    painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5));
    painter.drawText(box, Qt::AlignCenter, text);
}

void TimelineView::paintPlayhead(QPainter& painter) const {
    const double x = std::floor(playheadPixel()) + 0.5;
    painter.setPen(kPlayheadHue);
    painter.drawLine(QLineF(x, 0, x, viewport()->height()));
    const QPointF head[] = {{x - 5, 0}, {x + 5, 0}, {x, 8}};
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(kPlayheadHue);
    painter.drawPolygon(head, 3);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

}  // namespace sightline
