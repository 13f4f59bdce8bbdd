// The caption over a picture: where it is, how it looks.
#pragma once

#include <QRectF>
#include <QString>

class QPainter;

namespace sightline {

struct CaptionStyle {
    bool atTop = false;
    int sizePercent = 100;
    int boxPercent = 75;        // opacity of the box behind the text
    bool twoLines = true;       // as long as the letters stay readable; otherwise as many as the text needs
    bool highContrast = false;  // yellow on solid black

    bool operator==(const CaptionStyle&) const = default;
};

// Paints `text`, and `badge` in small letters beside it, inside `picture`; returns the box that was painted. Letters
// shrink where the text would not fit, and no word is cut; a badge that does not fit is left out.
QRectF paintCaption(QPainter& painter, const QRectF& picture, const QString& text, const QString& badge,
                    const CaptionStyle& style);

}  // namespace sightline
