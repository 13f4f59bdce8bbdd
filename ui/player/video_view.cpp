#include "ui/player/video_view.h"

#include <QMouseEvent>
#include <QPaintEvent>
#include <QPainter>

#include "ui/player/focus_mark.h"
#include "ui/player/frame_image.h"

namespace sightline {
namespace {

constexpr int kShade = 110;  // opacity over a picture that is old
constexpr int kNoticeMargin = 12;

}  // namespace

VideoView::VideoView(QWidget* parent) : QWidget(parent) {
    setObjectName("videoView");
    setAccessibleName(tr("Preview"));
    setAttribute(Qt::WA_OpaquePaintEvent);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    new FocusMark(this);
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

void VideoView::setBadge(const QString& text) {
    if (text != badge_) {
        badge_ = text;
        update();
    }
}

void VideoView::setNotice(const QString& text) {
    if (text != notice_) {
        notice_ = text;
        update();
    }
}

void VideoView::setCaptionStyle(const CaptionStyle& style) {
    style_ = style;
    update();
}

void VideoView::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && captionRect_.contains(event->position())) {
        emit captionClicked();
        return;
    }
    QWidget::mouseReleaseEvent(event);
}

void VideoView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) {
        emit doubleClicked();
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
    setBadge({});
    setNotice({});
    captionRect_ = {};
    update();
}

QRectF VideoView::pictureRect() const {
    const QSizeF pixels(frame_->image.width() * frame_->pixelAspect, frame_->image.height());
    QRectF rect(QPointF(), pixels.scaled(size(), Qt::KeepAspectRatio));
    rect.moveCenter(QRectF(this->rect()).center());
    return rect;
}

void VideoView::paintNotice(QPainter& painter, const QRectF& picture) const {
    painter.fillRect(picture, QColor(0, 0, 0, kShade));
    const QRectF room = picture.adjusted(kNoticeMargin, kNoticeMargin, -kNoticeMargin, -kNoticeMargin);
    const int flags = Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap;
    const QRectF words = painter.boundingRect(room, flags, notice_);
    painter.fillRect(words.adjusted(-kNoticeMargin, -kNoticeMargin / 2.0, kNoticeMargin, kNoticeMargin / 2.0),
                     QColor(140, 20, 20));
    painter.setPen(Qt::white);
    painter.drawText(words, flags | Qt::TextDontClip, notice_);
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
    const QImage image = sharedPixels(frame_->image);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    // The copy is made for pictures that stand only.
    painter.drawImage(picture, notice_.isEmpty() ? image : image.convertToFormat(QImage::Format_Grayscale8));
    captionRect_ = caption_.isEmpty() ? QRectF() : paintCaption(painter, picture, caption_, badge_, style_);
    if (!notice_.isEmpty()) {
        paintNotice(painter, picture);
    }
    if (std::exchange(frameIsNew_, false)) {
        displayed_.tick(std::chrono::steady_clock::now());
    }
}

}  // namespace sightline
