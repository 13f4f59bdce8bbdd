#include "ui/player/caption_overlay.h"

#include <algorithm>

#include <QPainter>
#include <QTextLayout>

namespace sightline {
namespace {

constexpr int kLeastPixels = 16;      // of letters at 100 %, where the text fits with them
constexpr double kBadgeShare = 0.55;  // of the text's size
constexpr int kLeastBadge = 9;
constexpr double kMostHeight = 0.6;  // of the picture

QFont fontOf(QFont font, double letters) {
    font.setPixelSize(std::max(1, static_cast<int>(letters)));
    font.setWeight(QFont::DemiBold);
    return font;
}

// Breaks words only where `anywhere` and one of them is wider.
QStringList wrapped(const QString& text, const QFont& font, double width, bool anywhere) {
    QString separated = text;
    separated.replace(QLatin1Char('\n'), QChar::LineSeparator);
    QTextLayout layout(separated, font);
    QTextOption option;
    option.setWrapMode(anywhere ? QTextOption::WrapAtWordBoundaryOrAnywhere : QTextOption::WordWrap);
    layout.setTextOption(option);
    QStringList lines;
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(width);
        lines << separated.mid(line.textStart(), line.textLength()).trimmed();
    }
    layout.endLayout();
    return lines;
}

CaptionExtent extentOf(const QString& text, const QFont& font, double width) {
    const QFontMetricsF metrics(font);
    const QStringList lines = wrapped(text, font, width, false);
    CaptionExtent extent{static_cast<int>(lines.size()), metrics.lineSpacing() * static_cast<double>(lines.size()), 0};
    for (const QString& line : lines) {
        extent.widestWord = std::max(extent.widestWord, metrics.horizontalAdvance(line));
    }
    return extent;
}

}  // namespace

QRectF paintCaption(QPainter& painter, const QRectF& picture, const QString& text, const QString& note,
                    const CaptionStyle& style) {
    const double nominal =
        std::max<double>(kLeastPixels, nominalLetters(picture.width(), picture.height()) * style.sizePercent / 100);
    const auto widthFor = [&](double letters) { return std::max(1.0, picture.width() - 2.0 * letters); };
    const double letters =
        fittingLetters(nominal, picture.width(), picture.height() * kMostHeight, style.twoLines, [&](double size) {
            CaptionExtent extent = extentOf(text, fontOf(painter.font(), size), widthFor(size));
            extent.widestWord += 2.0 * size;  // the margins grow with the letters
            return extent;
        });
    const QFont font = fontOf(painter.font(), letters);
    const double margin = font.pixelSize() * 0.5;
    const QRectF room = picture.adjusted(2 * margin, margin, -2 * margin, -2 * margin);
    const QString shown = wrapped(text, font, widthFor(letters), true).join(QLatin1Char('\n'));
    painter.setFont(font);
    const int side = style.atTop ? Qt::AlignTop : Qt::AlignBottom;
    const int flags = Qt::AlignHCenter | side;
    QRectF place = painter.boundingRect(room, flags, shown);

    QFont small = font;
    small.setPixelSize(std::max(kLeastBadge, static_cast<int>(font.pixelSize() * kBadgeShare)));
    small.setWeight(QFont::Normal);
    const bool noteFits = QFontMetricsF(small).horizontalAdvance(note) <= room.width();
    const QString badge = noteFits ? note : QString();
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
