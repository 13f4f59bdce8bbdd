#include "ui/player/media_icon.h"

#include <QApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>

namespace sightline {
namespace {

class MediaIconEngine final : public QIconEngine {
public:
    explicit MediaIconEngine(QStyle::StandardPixmap symbol) : symbol_(symbol) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
        painter->drawPixmap(rect, colored(rect.size() * painter->device()->devicePixelRatioF(), mode, state));
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        return colored(size, mode, state);
    }

    QIconEngine* clone() const override { return new MediaIconEngine(symbol_); }

private:
    // `size` in pixels of the device.
    QPixmap colored(const QSize& size, QIcon::Mode mode, QIcon::State state) const {
        const QPixmap symbol = QApplication::style()->standardIcon(symbol_).pixmap(size, 1.0, QIcon::Normal, state);
        QPixmap picture(size);
        picture.fill(Qt::transparent);
        QPainter painter(&picture);
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
        const QSizeF fitted = QSizeF(symbol.size()).scaled(size, Qt::KeepAspectRatio);
        painter.drawPixmap(QRectF({(size.width() - fitted.width()) / 2, (size.height() - fitted.height()) / 2}, fitted),
                           symbol, symbol.rect());
        painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
        const auto group = mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active;
        painter.fillRect(picture.rect(), QApplication::palette().color(group, QPalette::ButtonText));
        return picture;
    }

    const QStyle::StandardPixmap symbol_;
};

}  // namespace

QIcon mediaIcon(QStyle::StandardPixmap symbol) { return QIcon(new MediaIconEngine(symbol)); }

}  // namespace sightline
