// The preview: the newest frame, with the newest caption over it.
#pragma once

#include <QWidget>

#include "core/captions/caption.h"
#include "core/pipeline/latest_frame.h"
#include "core/pipeline/metrics.h"
#include "ui/player/caption_overlay.h"

namespace sightline {

// UI thread only. Paints whatever it was given last and never waits.
class VideoView final : public QWidget {
    Q_OBJECT

public:
    explicit VideoView(QWidget* parent = nullptr);

    void setFrame(FramePtr frame);
    void setCaption(const QString& text);
    // A line in small letters beside the caption; empty for none.
    void setBadge(const QString& text);
    void setCaptionStyle(const CaptionStyle& style);
    // Why the picture is old: said in it, which turns grey; empty for a picture that is as it should be.
    void setNotice(const QString& text);
    // Shown where there is no picture.
    void setHint(const QString& hint);
    void clear();

    QString caption() const { return caption_; }
    QString badge() const { return badge_; }
    QString notice() const { return notice_; }
    QString hint() const { return hint_; }
    const CaptionStyle& captionStyle() const { return style_; }
    QRectF captionRect() const { return captionRect_; }  // as last painted; empty without a caption
    const FramePtr& frame() const { return frame_; }
    double displayedFps() const { return displayed_.perSecond(std::chrono::steady_clock::now()); }

    QSize sizeHint() const override { return {960, 540}; }
    QSize minimumSizeHint() const override { return {240, 120}; }

signals:
    void captionClicked();
    void doubleClicked();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;

private:
    void paintNotice(QPainter& painter, const QRectF& picture) const;
    QRectF pictureRect() const;

    FramePtr frame_;
    bool frameIsNew_ = false;
    QString caption_;
    QString badge_;
    QString notice_;
    CaptionStyle style_;
    QRectF captionRect_;
    QString hint_;
    RateMeter displayed_;
};

}  // namespace sightline
