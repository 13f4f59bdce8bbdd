#include "ui/live/preview_picture.h"

#include <algorithm>

#include <QBuffer>
#include <QImage>
#include <QPainter>

#include "ui/player/frame_image.h"

namespace sightline {
namespace {

constexpr double kMostWidth = 1280.0;
constexpr int kQuality = 80;

}  // namespace

std::string previewJpeg(const Frame& frame, const Overlay& overlay) {
    const QImage pixels = sharedPixels(frame.image);
    const double shown = frame.image.width() * frame.pixelAspect;
    const double scale = std::min(1.0, kMostWidth / shown);
    const QSize size = (QSizeF(shown, frame.image.height()) * scale).toSize().expandedTo({1, 1});
    QImage picture =
        size == pixels.size() ? pixels.copy() : pixels.scaled(size, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
    if (!overlay.caption.isEmpty()) {
        QPainter painter(&picture);
        paintCaption(painter, picture.rect(), overlay.caption, overlay.badge, overlay.style);
    }
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    picture.save(&buffer, "JPG", kQuality);
    return bytes.toStdString();
}

}  // namespace sightline
