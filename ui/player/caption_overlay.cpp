#include "ui/player/caption_overlay.h"

#include <algorithm>

#include <QPainter>
#include <QTextLayout>

namespace sightline {
namespace {

// Share of the picture's height that a caption line takes, and its least size; broadcasters' subtitles use 1/15 to
// 1/20.
constexpr double kLineShare = 1.0 / 18.0;
constexpr int kLeastPixels = 16;
constexpr double kBadgeShare = 0.55;  // of the text's size
constexpr int kLines = 2;

// The text wrapped into the width, with what does not fit into the lines replaced by an ellipsis.
QStringList wrapped(const QString& text, const QFont& font, double width, int mostLines) {
    QTextLayout layout(text, font);
    QStringList lines;
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(width);
        if (mostLines > 0 && lines.size() + 1 == mostLines) {
            const QString rest = text.mid(line.textStart());
            lines << QFontMetricsF(font).elidedText(rest.trimmed(), Qt::ElideRight, width);
            break;
        }
        lines << text.mid(line.textStart(), line.textLength()).trimmed();
    }
    layout.endLayout();
    return lines;
}

}  // namespace

QRectF paintCaption(QPainter& painter, const QRectF& picture, const QString& text, const QString& badge,
                    const CaptionStyle& style) {
    QFont font = painter.font();
    font.setPixelSize(
        std::max(kLeastPixels, static_cast<int>(picture.height() * kLineShare * style.sizePercent / 100)));
    font.setWeight(QFont::DemiBold);
    const double margin = font.pixelSize() * 0.5;
    const QRectF room = picture.adjusted(2 * margin, margin, -2 * margin, -2 * margin);
    const QString shown = wrapped(text, font, room.width(), style.twoLines ? kLines : 0).join(QLatin1Char('\n'));
    painter.setFont(font);
    const int side = style.atTop ? Qt::AlignTop : Qt::AlignBottom;
    const int flags = Qt::AlignHCenter | side;
    QRectF place = painter.boundingRect(room, flags, shown);

    QFont small = font;
    small.setPixelSize(std::max(kLeastPixels * 3 / 4, static_cast<int>(font.pixelSize() * kBadgeShare)));
    small.setWeight(QFont::Normal);
    const double badgeHeight = badge.isEmpty() ? 0.0 : QFontMetricsF(small).height();
    if (style.atTop) {
        place.translate(0, margin / 2);
    } else {
        place.translate(0, -badgeHeight);
    }
    QRectF box = place.adjusted(-margin, -margin / 2, margin, margin / 2 + badgeHeight);
    const double least = QFontMetricsF(small).horizontalAdvance(badge) + 2 * margin;
    if (!badge.isEmpty() && box.width() < least) {
        box.adjust(-(least - box.width()) / 2, 0, (least - box.width()) / 2, 0);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(0, 0, 0, style.highContrast ? 255 : 255 * style.boxPercent / 100));
    painter.drawRoundedRect(box, margin / 2, margin / 2);
    painter.setPen(style.highContrast ? QColor(Qt::yellow) : QColor(Qt::white));
    painter.drawText(place, flags | Qt::TextDontClip, shown);
    if (!badge.isEmpty()) {
        painter.setFont(small);
        painter.setPen(style.highContrast ? QColor(Qt::yellow) : QColor(220, 220, 220));
        painter.drawText(QRectF(box.left(), place.bottom(), box.width(), badgeHeight), Qt::AlignCenter, badge);
    }
    return box;
}

}  // namespace sightline
