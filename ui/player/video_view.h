// The preview: the newest frame, with the newest caption over it.
#pragma once

#include <QWidget>

#include "core/captions/caption.h"
#include "core/pipeline/latest_frame.h"
#include "core/pipeline/metrics.h"

namespace sightline {

// UI thread only. Paints whatever it was given last and never waits.
class VideoView final : public QWidget {
    Q_OBJECT

public:
    explicit VideoView(QWidget* parent = nullptr);

    void setFrame(FramePtr frame);
    void setCaption(const QString& text);
    // Shown where there is no picture.
    void setHint(const QString& hint);
    void clear();

    QString caption() const { return caption_; }
    const FramePtr& frame() const { return frame_; }
    double displayedFps() const { return displayed_.perSecond(std::chrono::steady_clock::now()); }

    QSize sizeHint() const override { return {960, 540}; }
    QSize minimumSizeHint() const override { return {320, 180}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QRectF pictureRect() const;
    void paintCaption(QPainter& painter, const QRectF& picture) const;

    FramePtr frame_;
    bool frameIsNew_ = false;
    QString caption_;
    QString hint_;
    RateMeter displayed_;
};

}  // namespace sightline
