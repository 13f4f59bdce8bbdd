// The caption over a picture: where it is, how it looks.
#pragma once

#include <QRectF>
#include <QString>

#include "core/media/writing/caption_look.h"

class QPainter;

namespace sightline {

// Over a picture that moves, captions stand on a box.
struct CaptionStyle : CaptionLook {
    CaptionStyle() { boxPercent = 75; }
};

// Paints `text`, and `badge` in small letters beside it, inside `picture`; returns the box that was painted. Letters
// shrink where the text would not fit, and no word is cut; a badge that does not fit is left out.
QRectF paintCaption(QPainter& painter, const QRectF& picture, const QString& text, const QString& badge,
                    const CaptionStyle& style);

}  // namespace sightline
