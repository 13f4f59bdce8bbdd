#include "ui/player/video_view.h"

#include <QPaintEvent>
#include <QPainter>
#include <QPainterPath>

namespace sightline {
namespace {

// Share of the picture's height that a caption line takes, and its least size; broadcasters' subtitles use 1/15 to
// 1/20.
constexpr double kLineShare = 1.0 / 18.0;
constexpr int kLeastPixels = 16;
constexpr int kBoxAlpha = 190;  // of the dark box that keeps white text readable on any picture

}  // namespace

VideoView::VideoView(QWidget* parent) : QWidget(parent) {
    setObjectName("videoView");
    setAccessibleName(tr("Preview"));
    setAttribute(Qt::WA_OpaquePaintEvent);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void VideoView::setFrame(FramePtr frame) {
    frame_ = std::move(frame);
    frameIsNew_ = true;
    update();
}

void VideoView::setCaption(const QString& text) {
    if (text != caption_) {
        caption_ = text;
        setAccessibleDescription(text);
        update();
    }
}

void VideoView::setHint(const QString& hint) {
    hint_ = hint;
    update();
}

void VideoView::clear() {
    frame_.reset();
    frameIsNew_ = false;
    displayed_.reset();
    setCaption({});
    update();
}

QRectF VideoView::pictureRect() const {
    const QSizeF pixels(frame_->image.width() * frame_->pixelAspect, frame_->image.height());
    QRectF rect(QPointF(), pixels.scaled(size(), Qt::KeepAspectRatio));
    rect.moveCenter(QRectF(this->rect()).center());
    return rect;
}

void VideoView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), Qt::black);
    if (!frame_) {
        painter.setPen(Qt::lightGray);
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap, hint_);
        return;
    }
    const QRectF picture = pictureRect();
    // The frame keeps the pixels alive while this wraps them.
    const QImage image(frame_->image.data(), frame_->image.width(), frame_->image.height(), frame_->image.strideBytes(),
                       QImage::Format_RGB32);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawImage(picture, image);
    if (!caption_.isEmpty()) {
        paintCaption(painter, picture);
    }
    if (std::exchange(frameIsNew_, false)) {
        displayed_.tick(std::chrono::steady_clock::now());
    }
}

void VideoView::paintCaption(QPainter& painter, const QRectF& picture) const {
    QFont font = painter.font();
    font.setPixelSize(std::max(kLeastPixels, static_cast<int>(picture.height() * kLineShare)));
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    const double margin = font.pixelSize() * 0.5;
    const QRectF room = picture.adjusted(2 * margin, margin, -2 * margin, -2 * margin);
    const int flags = Qt::AlignHCenter | Qt::AlignBottom | Qt::TextWordWrap;
    const QRectF text = painter.boundingRect(room, flags, caption_);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(0, 0, 0, kBoxAlpha));
    painter.drawRoundedRect(text.adjusted(-margin, -margin / 2, margin, margin / 2), margin / 2, margin / 2);
    painter.setPen(Qt::white);
    painter.drawText(room, flags, caption_);
}

}  // namespace sightline
